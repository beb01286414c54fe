//! A group and two members: more orders than can be tried, unless preemptions are bounded.

use std::{
    future::pending,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

use bp_core::{Lost, TaskGroup, yield_once};
use loom::future::block_on;

use crate::{Count, counted, explore, poll_once};

models! {
    /// Each of those that park while the group is dropped is woken.
    fn a_drop_races_with_members_that_park(threads) {
        let group = TaskGroup::new(threads);
        group.spawn(pending());
        group.spawn(pending());
        drop(group);
    }

    /// The drop of a group finds the last member on its way out.
    fn a_drop_races_with_members_that_end(threads) {
        let (group, ended) = (TaskGroup::new(threads), Count::default());
        group.spawn(counted(&ended));
        group.spawn(async {});
        drop(group);
        assert!(ended.get() <= 1);
    }

    /// The last member that ends completes the join, whichever it is.
    fn a_join_waits_for_all(threads) {
        let (group, ended) = (TaskGroup::new(threads), Count::default());
        group.spawn(counted(&ended));
        group.spawn(counted(&ended));
        block_on(group.join());
        assert_eq!(ended.get(), 2, "the join is over, and members are not");
    }

    /// A panic comes out of the join, and ends the members that wait.
    fn a_panic_reaches_the_join_and_cancels(threads) {
        let group = TaskGroup::new(threads);
        group.spawn(async { resume_unwind(Box::new("planned")) });
        group.spawn(pending());
        let joined = catch_unwind(AssertUnwindSafe(|| block_on(group.join())));
        let panic = joined.expect_err("the join takes no notice of a panic");
        assert_eq!(panic.downcast_ref(), Some(&"planned"));
    }

    /// Of two panics one comes out of the join.
    fn one_of_two_panics_reaches_the_join(threads) {
        let group = TaskGroup::new(threads);
        group.spawn(async { resume_unwind(Box::new("planned")) });
        group.spawn(async { resume_unwind(Box::new("planned")) });
        let joined = catch_unwind(AssertUnwindSafe(|| block_on(group.join())));
        assert!(joined.is_err(), "the join takes no notice of two panics");
    }

    /// A join that is dropped cancels as the group does, though it holds nothing of it any more.
    fn the_drop_of_a_join_cancels(threads) {
        let (group, ended) = (TaskGroup::new(threads), Count::default());
        group.spawn(pending());
        group.spawn(counted(&ended));
        assert!(!poll_once(group.join()), "a member waits for ever, and the join is over");
    }

    /// A handle says that its task was cancelled, and never waits for one that was.
    fn a_handle_of_a_cancelled_task_says_so(threads) {
        let group = TaskGroup::new(threads);
        let waits = group.start(pending::<()>());
        let ends = group.start(async {
            yield_once().await;
            7
        });
        drop(group);
        assert_eq!(block_on(waits), Err(Lost));
        assert!(matches!(block_on(ends), Ok(7) | Err(Lost)));
    }
}
