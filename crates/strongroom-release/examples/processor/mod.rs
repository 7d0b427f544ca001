//! What Linux tells of the process that is measured.

use std::error::Error;
use std::fs;

/// What all threads of this process have worked. Linux tells it, in hundredths of seconds.
pub(crate) fn processor_milliseconds() -> Result<f64, Box<dyn Error>> {
    let told = fs::read_to_string("/proc/self/stat")?;
    let behind_name = told.rsplit(')').next().unwrap_or_default();
    let ticks = behind_name.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
    Ok(ticks.sum::<Result<f64, _>>()? * 10.0)
}

/// The most memory that it held so far.
pub(crate) fn peak_megabytes() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|line| line.split_whitespace().next()).ok_or("no peak memory is told")?;
    Ok(peak.parse::<u64>()? / 1024)
}
