pub(super) use strongroom_cohort::reference::Truth;
