use bp_record::RoundRecord;

use crate::median;

/// By how much the canary may differ before and after a round, or from that of earlier rounds.
const CANARY: f64 = 1.2;
/// The share of the processors' time that may go to other guests.
const STOLEN: f64 = 0.05;
/// By how much more of the time than usual some task may wait for a processor. Our own tasks wait
/// too, so only the change tells.
const STALLED: f64 = 0.25;
/// By how much the clocks may part in a round: a machine that slept parts them by more.
const STEPPED_NS: u64 = 1_000_000_000;

/// Why a round is not to be trusted, given those before it; `None` if nothing speaks against it.
///
/// What could not be read speaks neither way.
pub fn disturbed(round: &RoundRecord, earlier: &[RoundRecord]) -> Option<String> {
    canary(round, earlier)
        .or_else(|| {
            let stolen = round.stolen.filter(|share| *share > STOLEN)?;
            Some(format!("{:.0} % of the processors' time went to other machines", stolen * 100.0))
        })
        .or_else(|| {
            let mut usual: Vec<f64> = earlier.iter().filter_map(|round| round.stalled).collect();
            usual.sort_unstable_by(f64::total_cmp);
            let usual = *usual.get(usual.len() / 2)?;
            let stalled = round.stalled.filter(|share| share - usual > STALLED)?;
            let (stalled, usual) = (stalled * 100.0, usual * 100.0);
            Some(format!(
                "tasks waited for a processor {stalled:.0} % of the time, usually {usual:.0} %"
            ))
        })
        .or_else(|| {
            let stepped = round.clock_stepped_ns.filter(|by| by.unsigned_abs() > STEPPED_NS)?;
            let seconds = stepped as f64 / 1e9;
            Some(format!(
                "the clocks parted by {seconds:.1} s: the machine slept or its clock was set"
            ))
        })
}

fn canary(round: &RoundRecord, earlier: &[RoundRecord]) -> Option<String> {
    let (before, after) = (round.canary_before_ns?, round.canary_after_ns?);
    let calm = earlier.iter().filter(|round| round.noisy.is_none());
    let mut known: Vec<u64> =
        calm.flat_map(|round| [round.canary_before_ns, round.canary_after_ns]).flatten().collect();
    let usual = median(&mut known);
    let all = [Some(before), Some(after), usual].into_iter().flatten();
    let ratio = all.clone().max()? as f64 / all.min()?.max(1) as f64;
    let against = if usual.is_some() { ", or the usual one" } else { "" };
    (ratio > CANARY).then(|| {
        format!("the canaries before and after it{against} differ by a factor of {ratio:.2}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(before: u64, after: u64) -> RoundRecord {
        RoundRecord {
            canary_before_ns: Some(before),
            canary_after_ns: Some(after),
            stalled: Some(0.5),
            stolen: Some(0.0),
            clock_stepped_ns: Some(-3_000_000),
            ..RoundRecord::default()
        }
    }

    #[test]
    fn a_quiet_round_and_one_of_which_nothing_is_known_are_trusted() {
        let earlier = [round(100, 101), round(99, 103)];
        assert_eq!(disturbed(&round(101, 100), &earlier), None);
        assert_eq!(disturbed(&round(101, 100), &[]), None);
        assert_eq!(disturbed(&RoundRecord::default(), &earlier), None);
    }

    #[test]
    fn each_disturbance_is_seen_and_named() {
        let usual = [round(100, 100)];
        let found = |change: fn(&mut RoundRecord)| {
            let mut disturbed_round = round(100, 100);
            change(&mut disturbed_round);
            disturbed(&disturbed_round, &usual).unwrap_or_default()
        };
        assert!(found(|round| round.canary_after_ns = Some(130)).contains("factor of 1.30"));
        assert!(found(|round| round.stolen = Some(0.3)).starts_with("30 % of the processors'"));
        assert!(
            found(|round| round.stalled = Some(0.9)).contains("90 % of the time, usually 50 %")
        );
        assert!(found(|round| round.clock_stepped_ns = Some(7_000_000_000)).contains("7.0 s"));
        // Slow from beginning to end: only the rounds before tell.
        let slow = round(200, 200);
        assert_eq!(disturbed(&slow, &[]), None);
        assert!(disturbed(&slow, &usual).is_some_and(|why| why.contains("factor of 2.00")));
    }

    #[test]
    fn a_disturbed_round_is_no_measure_for_later_ones() {
        let noisy = RoundRecord { noisy: Some("why".into()), ..round(500, 500) };
        assert_eq!(disturbed(&round(100, 100), &[noisy]), None);
    }
}
