//! A terminal of a test's own: a program runs on it, and the test sees its screen and has its keys.

use std::{
    fs::File,
    io::Write,
    mem,
    num::NonZero,
    os::fd::OwnedFd,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt},
    termios::{Termios, Winsize, tcgetattr, tcsetwinsize},
};

/// Longer than anything takes; whoever waits for so long has failed.
const PATIENCE: Timespec = Timespec { tv_sec: 100, tv_nsec: 0 };
const FLAGS: OpenptFlags = OpenptFlags::RDWR.union(OpenptFlags::NOCTTY).union(OpenptFlags::CLOEXEC);

pub(crate) struct Terminal {
    ours: File,
    child: Child,
    /// The end that the program has, held open so that the terminal stays as it is left.
    theirs: OwnedFd,
    screen: vt100::Parser,
    /// All that the program wrote.
    pub(crate) written: Vec<u8>,
    /// How input and output were treated before.
    before: String,
}

impl Terminal {
    /// Starts a program on a terminal with 24 rows of 80 places.
    pub(crate) fn start(command: &mut Command) -> Self {
        let ours = openpt(FLAGS).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        tcsetwinsize(&ours, size(80, 24)).unwrap();
        let theirs = ioctl_tiocgptpeer(&ours, FLAGS).unwrap();
        let end = || Stdio::from(theirs.try_clone().unwrap());
        let before = modes(&theirs);
        let child = command.stdin(end()).stdout(end()).stderr(end()).spawn().unwrap();
        let screen = vt100::Parser::default();
        Self { ours: ours.into(), child, theirs, screen, written: Vec::new(), before }
    }

    /// Waits until this is to be seen on the screen.
    #[track_caller]
    pub(crate) fn shows(&mut self, text: &str) -> String {
        loop {
            let seen = self.screen.screen().contents();
            if seen.contains(text) {
                return seen;
            }
            assert!(self.reads(&PATIENCE), "no {text:?} on the screen:\n{seen}");
        }
    }

    /// Takes in what the program wrote next; false if nothing comes.
    fn reads(&mut self, patience: &Timespec) -> bool {
        let mut ready = [PollFd::new(&self.ours, PollFlags::IN)];
        if poll(&mut ready, Some(patience)).unwrap() == 0 {
            return false;
        }
        let mut chunk = [0; 4096];
        let count = rustix::io::read(&self.ours, &mut chunk).unwrap_or(0);
        self.screen.process(&chunk[..count]);
        self.written.extend_from_slice(&chunk[..count]);
        count > 0
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.ours.write_all(keys.as_bytes()).unwrap();
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// Makes the window another size, and says so as a window does.
    pub(crate) fn resize(&mut self, width: u16, height: u16) {
        tcsetwinsize(&self.ours, size(width, height)).unwrap();
        let some = |places| NonZero::new(places).unwrap();
        self.screen.screen_mut().set_size(some(height), some(width));
        self.signal("-WINCH");
    }

    /// True if keys come one by one and are not shown.
    pub(crate) fn is_raw(&self) -> bool {
        modes(&self.theirs) != self.before
    }

    /// Waits for the end of the program; it must leave the terminal as it found it. What is to be
    /// seen then.
    #[track_caller]
    pub(crate) fn ends(mut self) -> (ExitStatus, String) {
        // It cannot end as long as nobody reads what it writes.
        let began = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            self.reads(&Timespec { tv_sec: 0, tv_nsec: 1_000_000 });
            let patience = u64::try_from(PATIENCE.tv_sec).unwrap();
            assert!(began.elapsed().as_secs() < patience, "{}", self.screen.screen().contents());
        }
        while self.reads(&Timespec::default()) {}
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen(), "the text that was there is back");
        assert!(!screen.hide_cursor(), "the cursor is back");
        assert_eq!(modes(&self.theirs), self.before, "input and output are as they were");
        (self.child.wait().unwrap(), screen.contents())
    }
}

impl Terminal {
    /// Takes the terminal away, without a signal, and waits for the end of the program.
    #[track_caller]
    pub(crate) fn hangs_up(mut self) -> ExitStatus {
        let nothing = || File::open("/dev/null").unwrap();
        drop(mem::replace(&mut self.theirs, nothing().into()));
        drop(mem::replace(&mut self.ours, nothing()));
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            let patience = u64::try_from(PATIENCE.tv_sec).unwrap();
            assert!(began.elapsed().as_secs() < patience, "it goes on without a terminal");
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It has ended, unless the test failed.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn modes(terminal: &OwnedFd) -> String {
    let Termios { input_modes, output_modes, control_modes, local_modes, .. } =
        tcgetattr(terminal).unwrap();
    format!("{input_modes:?} {output_modes:?} {control_modes:?} {local_modes:?}")
}

fn size(width: u16, height: u16) -> Winsize {
    Winsize { ws_col: width, ws_row: height, ws_xpixel: 0, ws_ypixel: 0 }
}
