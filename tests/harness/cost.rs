//! What a run costs: processor seconds and peak memory, of the program and the workers it waited
//! for, as the kernel counts them.

use std::process::Child;
use std::time::Duration;

/// What a process cost.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// User and system seconds, with those of its children.
    pub seconds: f64,
    /// The most memory that it had at once itself, in MiB.
    pub mebibytes: f64,
    /// The exit code.
    pub exit: Option<i32>,
}

impl Cost {
    /// Waits for the end of a process, looking at it all the while.
    ///
    /// # Panics
    /// On a system without `/proc`.
    pub fn of(mut child: Child) -> Self {
        let file = |name: &str| std::fs::read_to_string(format!("/proc/{}/{name}", child.id())).unwrap();
        let mut kibibytes = 0.0;
        // A process that ended and is not waited for yet still has its times, but no memory.
        let ticks = loop {
            let status = file("status");
            let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
            kibibytes = peak.unwrap_or(kibibytes);
            let stat = file("stat");
            // Behind the name, which may hold blanks: state, then fields 4 to 52 of proc(5).
            let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
            if fields[0] == "Z" {
                break fields[11..15].iter().map(|ticks| ticks.parse::<f64>().unwrap()).sum::<f64>();
            }
            std::thread::sleep(Duration::from_micros(200));
        };
        Self { seconds: ticks / 100.0, mebibytes: kibibytes / 1024.0, exit: child.wait().unwrap().code() }
    }
}
