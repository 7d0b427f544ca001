//! The use cases of a researcher workbench, one file each
