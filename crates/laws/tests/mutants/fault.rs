//! What is wrong with each mutant, and which law is to catch it.

use bp_laws::{Drives, Law};

use Body::{Batch, Pool, Ring, Set, Slots};

/// What a fault is seeded in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// A semaphore before each spawn.
    Pool,
    /// A set that is polled in one task, delivering in order of completion.
    Set,
    /// The same in the order of the source.
    Ring,
    /// Slots of one task, each with a waker of its own.
    Slots,
    /// A batch after another.
    Batch,
}

macro_rules! faults {
    ($($(#[doc = $doc:literal])+ $fault:ident in $body:ident breaks $law:ident;)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Fault {
            $($(#[doc = $doc])+ $fault,)+
        }

        /// Each mutant, what it is seeded in, and the law that catches it.
        pub(crate) const TABLE: &[(Fault, Body, Law)] = &[$((Fault::$fault, $body, Law::$law)),+];
    };
}

faults! {
    /// One permit more than the limit.
    LimitPlusOne in Pool breaks Limit;
    /// The permit is given back before the job has run.
    PermitDroppedEarly in Pool breaks Limit;
    /// A batch has one job more.
    BatchPlusOne in Batch breaks Limit;
    /// The room in the set is checked after the job was started.
    RoomCheckedLate in Set breaks Limit;
    /// Every fifth output is thrown away.
    ResultDropped in Pool breaks Once;
    /// The first job is made and run once more.
    JobRunTwice in Pool breaks Once;
    /// It is over when the source is, whoever still runs.
    EndDoesNotWait in Pool breaks Once;
    /// The last batch is not full, and forgotten.
    LastBatchForgotten in Batch breaks Once;
    /// Whoever is polled a second time is taken to be done.
    SpuriousPollTakenForTheEnd in Set breaks Once;
    /// A task that is polled more often than it has to wait is taken to be done.
    SixthPollTakenForTheEnd in Pool breaks Once;
    /// A job that takes longer than it should is given up, however late its executor is.
    GivesUpTheLate in Pool breaks Once;
    /// A job for which there is no permit is dropped, and nobody was told that it may be.
    ShedsUnclaimed in Pool breaks Once;
    /// Of a job for which there is no permit it looks first whether it ends at once.
    ShedsWhatItStarted in Pool breaks Once;
    /// Where the ring begins anew two outputs change places.
    SwappedAtTheWrap in Ring breaks Order;
    /// Of several that are done the last is delivered first.
    LastDoneFirst in Set breaks Order;
    /// A batch is delivered from its end.
    BatchBackwards in Batch breaks Order;
    /// Outputs are put in the order in which their tasks were first polled.
    OrderOfFirstPolls in Batch breaks Order;
    /// One slot is never used, unless it is the only one.
    IdleSlot in Pool breaks Conserving;
    /// A slot is filled again only when half of them are free.
    RefillsByHalves in Set breaks Conserving;
    /// Every third job is shed, whether or not there is a permit.
    ShedsWithRoom in Pool breaks Conserving;
    /// A list of all that ever ran.
    KeepsEveryHandle in Pool breaks Memory;
    /// Room for as many as the limit, from the start.
    ReservesTheLimit in Pool breaks Memory;
    /// Finished outputs that wait for their turn are not counted.
    WindowIgnored in Ring breaks Memory;
    /// Each wait for a consumer is noted, and the notes are kept.
    NotesEachWait in Set breaks Memory;
    /// The permit of a job that panicked is not given back.
    PermitLeakedAtPanic in Pool breaks Failure;
    /// A job that panicked is taken for the end of the source.
    PanicEndsTheStream in Set breaks Failure;
    /// The panic of a consumer is caught, and that is all.
    PanicSwallowed in Pool breaks Failure;
    /// A job that unwinds is caught, and that is all.
    UnwindSwallowed in Set breaks Failure;
    /// A job that unwound is asked again.
    PolledAfterUnwinding in Set breaks Failure;
    /// The permit of a job that unwinds is not given back.
    PermitLeakedAtUnwinding in Pool breaks Failure;
    /// So it is in a task.
    UnwindSwallowedInTask in Pool breaks Failure;
    /// Jobs run in tasks without a group or a handle, which nobody hears of when they unwind.
    UnwindsInTheDark in Pool breaks Failure;
    /// A run through which a job unwinds keeps its place from the runs after it.
    PlaceKeptAtUnwinding in Slots breaks Failure;
    /// Tasks are spawned without a group, and go on when the run is dropped.
    SpawnedLeak in Pool breaks Cancellation;
    /// A task of its own takes the jobs from a queue, and goes on when the run is dropped.
    StartedAfterDrop in Pool breaks Cancellation;
    /// The set is never dropped.
    SetForgotten in Set breaks Cancellation;
    /// A task that helps, and waits for ever after.
    HelperStays in Pool breaks Cancellation;
    /// The semaphore of each run is never freed.
    SemaphoreForgotten in Pool breaks Cancellation;
    /// All jobs are taken from the source before the first is run.
    EagerPull in Pool breaks Input;
    /// The slot is free when the output is there, not when it is delivered.
    FreedBeforeDelivery in Pool breaks Input;
    /// It waits for as many jobs as were announced, even if the source has closed.
    TrustsTheLength in Pool breaks Input;
    /// All runs share one semaphore, those within others too.
    SharedSemaphore in Pool breaks Input;
    /// It begins when as many jobs are there as may run.
    WaitsForAFullSet in Set breaks Arguments;
    /// The limit is kept in 32 bits with a sign.
    LimitOf32Bits in Pool breaks Arguments;
    /// Of a limit of 0 it waits for room.
    ZeroWaitsForRoom in Set breaks Arguments;
    /// Of a limit of 0 it is done at once.
    ZeroIsDoneAtOnce in Set breaks Arguments;
    /// Of a limit of 0 it says what an array says.
    ZeroIsOutOfBounds in Set breaks Arguments;
    /// However high the limit is, no more run than this.
    NeverMoreThanThirty in Set breaks Arguments;
    /// It claims a limit of one more than it was given.
    ClaimsOneMore in Set breaks Arguments;
    /// It keeps the first waker that it was polled with.
    FirstWakerOnly in Set breaks Wakers;
    /// A task does nothing when it is polled with another waker than before.
    OtherWakersIgnored in Pool breaks Wakers;
    /// It asks a job that has ended whether it has.
    PolledAfterTheEnd in Set breaks Wakers;
    /// Every wake polls the whole set.
    PollsAll in Set breaks Wakers;
    /// After each job it yields as often as it has places.
    YieldsForEachPlace in Set breaks Wakers;
    /// A slot that was woken is taken to hold a job.
    StaleWakePanics in Slots breaks Wakers;
    /// A slot that is woken while it is polled is not polled again.
    WakeDuringPollLost in Slots breaks Wakers;
    /// Slots wake whoever polled the set first.
    ParentKept in Slots breaks Wakers;
    /// It waits for its jobs, and asks nobody to wake it.
    NobodyToWake in Set breaks Wakers;
    /// What is done while a consumer is busy is lost.
    LosesWhatIsDoneMeanwhile in Set breaks Progress;
    /// It declares that its jobs are spawned, and polls them itself.
    NotSpawned in Set breaks Progress;
}

impl Body {
    /// As what the mutant is declared.
    pub(crate) fn drives(self, fault: Option<Fault>) -> Drives {
        match self {
            Pool | Batch => Drives::Spawned,
            Set if fault == Some(Fault::NotSpawned) => Drives::Spawned,
            Set | Ring | Slots => Drives::InTask,
        }
    }
}
