use crate::Schedule;

/// So often is a shorter schedule tried; what has been found by then will do.
const TRIES: u32 = 4_000;

/// The shortest schedule found that `fails` as `schedule` does: shorter, or with more zeros, or with
/// smaller choices. It is the same each time.
pub(crate) fn shrink(schedule: Schedule, mut fails: impl FnMut(&Schedule) -> bool) -> Schedule {
    let mut best = schedule;
    let mut tries = TRIES;
    loop {
        let before = best.clone();
        let mut attempt = |choices: Vec<u8>, best: &mut Schedule| {
            let candidate = Schedule::new(choices);
            let better = measure(&candidate) < measure(best);
            if tries == 0 || !better {
                return;
            }
            tries -= 1;
            if fails(&candidate) {
                *best = candidate;
            }
        };
        cut(&mut best, &mut attempt);
        lessen(&mut best, &mut attempt);
        if best == before {
            return best;
        }
    }
}

/// Shorter is better, then whatever has less in it.
fn measure(schedule: &Schedule) -> (usize, u64) {
    let choices = schedule.choices();
    (choices.len(), choices.iter().map(|&choice| u64::from(choice)).sum())
}

type Attempt<'a> = dyn FnMut(Vec<u8>, &mut Schedule) + 'a;

/// Takes away the end, then pieces from large to small; what cannot be taken away may be zeroed.
fn cut(best: &mut Schedule, attempt: &mut Attempt<'_>) {
    let mut size = best.choices().len();
    while size > 0 {
        let mut end = best.choices().len();
        while end > 0 {
            let choices = best.choices().to_vec();
            let end_now = end.min(choices.len());
            let start = end_now.saturating_sub(size);
            attempt([&choices[..start], &choices[end_now..]].concat(), best);
            if best.choices() == choices {
                let mut zeroed = choices;
                zeroed[start..end_now].fill(0);
                attempt(zeroed, best);
            }
            end = start;
        }
        size /= 2;
    }
}

/// Makes single choices smaller.
fn lessen(best: &mut Schedule, attempt: &mut Attempt<'_>) {
    for place in 0..best.choices().len() {
        for to in [|_| 0, |choice| choice / 2, |choice: u8| choice.saturating_sub(1)] {
            let mut choices = best.choices().to_vec();
            if let Some(choice) = choices.get_mut(place) {
                *choice = to(*choice);
                attempt(choices, best);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_matter_is_cut_away() {
        let long = Schedule::new((0..200).map(|n| (n * 7 % 250) as u8).collect());
        let fails = |schedule: &Schedule| schedule.choices().iter().any(|&choice| choice >= 100);
        assert!(fails(&long));
        assert_eq!(shrink(long, fails).choices(), [100]);
    }

    #[test]
    fn what_matters_by_its_place_stays_there() {
        let long = Schedule::new(vec![9; 100]);
        let fails = |schedule: &Schedule| schedule.choices().get(3).is_some_and(|&c| c > 2);
        assert_eq!(shrink(long, fails).choices(), [0, 0, 0, 3]);
    }
}
