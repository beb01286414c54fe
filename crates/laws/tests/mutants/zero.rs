//! What a limit of 0 comes to where nobody thought of it.

use std::{future::pending, sync::Arc};

use bp_core::{Clock, Strategy, Workload};
use bp_laws::Driven;

use crate::fault::Fault::{self, *};

/// A strategy with a limit of 0, or the sound refusal of it.
pub(crate) fn zero(fault: Option<Fault>) -> Result<Arc<dyn Driven>, String> {
    match fault {
        Some(ZeroWaitsForRoom | ZeroIsDoneAtOnce | ZeroIsOutOfBounds) => Ok(Arc::new(Zero(fault))),
        _ => Err("a limit is at least 1".to_owned()),
    }
}

struct Zero(Option<Fault>);

impl<X: Clock> Strategy<X> for Zero {
    async fn run<W: Workload<X>>(&self, _: &W, _: &X) {
        match self.0 {
            Some(ZeroWaitsForRoom) => pending().await,
            Some(ZeroIsOutOfBounds) => std::panic::resume_unwind(Box::new(
                "index out of bounds: the len is 0 but the index is 0",
            )),
            _ => {}
        }
    }
}
