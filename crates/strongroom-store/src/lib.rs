//! Narrow storage traits, an in-memory implementation and a public conformance kit
