//! Open software for research on sensitive health data: one dependency, every crate by topic
