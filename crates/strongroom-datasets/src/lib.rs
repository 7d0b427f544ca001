//! Datasets: what a cohort exports, to Parquet and a notebook
