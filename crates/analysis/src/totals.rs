use bp_record::{Series, Totals};

use crate::{Moments, counted::Counted};

/// Derive from totals what [`read`](crate::read()) derives from a trace, but for what happened over
/// time: of the series there are the spectra alone.
///
/// Quantiles and means are as true as the times in the totals; sums, peaks and counts are exact.
pub fn read_totals(totals: &Totals, makespan_ns: u64) -> Moments {
    let service = Counted::new(&totals.service);
    let sojourn = Counted::new(&totals.sojourn);
    let in_flight = u128::from(totals.service_sum_ns) + u128::from(totals.lost_sum_ns);
    Moments {
        first_delivery_ns: totals.first_delivery_ns,
        wait: Counted::new(&totals.wait).quantiles(),
        service: service.quantiles(),
        blocked: Counted::new(&totals.blocked).quantiles(),
        sojourn: sojourn.quantiles(),
        service_sum_ns: totals.service_sum_ns,
        in_flight_peak: totals.in_flight_peak,
        in_flight_mean: in_flight as f64 / makespan_ns.max(1) as f64,
        held_peak: totals.held_peak,
        out_of_order: totals.out_of_order,
        overtaken: None,
        lost: totals.lost,
        lost_sum_ns: totals.lost_sum_ns,
        series: Series {
            service: service.spectrum(),
            sojourn: sojourn.spectrum(),
            ..Series::default()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_of_small_totals_are_those_computed_by_hand() {
        let totals = Totals {
            first_delivery_ns: Some(27),
            wait: vec![(5, 1), (6, 1), (16, 1)],
            service: vec![(10, 1), (20, 2)],
            blocked: Vec::new(),
            sojourn: vec![(27, 30)],
            service_sum_ns: 50,
            lost: 1,
            lost_sum_ns: 30,
            in_flight_peak: 2,
            held_peak: 3,
            out_of_order: 1,
        };
        let moments = read_totals(&totals, 40);
        let wait = moments.wait.unwrap();
        assert_eq!((wait.count, wait.min_ns, wait.mean_ns, wait.max_ns), (3, 5, 9, 16));
        assert_eq!(moments.service.unwrap().mean_ns, 16);
        assert_eq!(moments.blocked, None);
        assert_eq!(moments.sojourn.unwrap().p50_ns, Some(27));
        assert_eq!((moments.in_flight_mean, moments.in_flight_peak), (2.0, 2));
        assert_eq!(moments.series.service, [(1.0, 20)]);
        assert_eq!((moments.lost, moments.lost_sum_ns), (1, 30));
        assert_eq!(moments.overtaken, None, "nobody kept the order");
        assert_eq!(moments.series.in_flight, []);
    }
}
