/// What is kept of a run that has too many jobs to keep the moments of each: how often each time
/// came, and gauges.
///
/// The times are in ascending order, each with the number of jobs that had it. They are rounded up,
/// by less than a thousandth; the least and the greatest are exact. All are in nanoseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// From the start to the first delivery.
    pub first_delivery_ns: Option<u64>,
    /// Arrival to start.
    pub wait: Vec<(u64, u64)>,
    /// Start to finish.
    pub service: Vec<(u64, u64)>,
    /// Finish to delivery.
    pub blocked: Vec<(u64, u64)>,
    /// Arrival to delivery.
    pub sojourn: Vec<(u64, u64)>,
    /// Σ of all service times, exact.
    pub service_sum_ns: u64,
    /// How many jobs started and never finished.
    pub lost: u64,
    /// Σ of the times from start to loss, of those, exact.
    pub lost_sum_ns: u64,
    /// Most jobs started and not finished at one instant.
    pub in_flight_peak: u64,
    /// Most jobs admitted and not delivered at one instant.
    pub held_peak: u64,
    /// Deliveries that came after that of a later job.
    pub out_of_order: u64,
}
