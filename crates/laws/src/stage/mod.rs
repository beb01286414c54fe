//! Where a run takes place: the jobs that keep books, the executor that means harm, and what is
//! known once it is over.

mod adversary;
mod driver;
mod ledger;
mod run;
mod work;

pub(crate) use self::run::{
    Ending, Evidence, adversarial, in_order_of, nested, overheard, politely, politely_made,
};
pub use self::work::{Output, Work};
