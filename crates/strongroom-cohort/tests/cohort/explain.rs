//! What a cohort says about one person, and why.

use strongroom_cohort::reference::explain;

use super::people::{NATIVE, document, person, resolved};

fn explained(who: &str) -> String {
    let cohort = resolved(&document(
        NATIVE,
        "observed by observation_period
         entry: drugs in b, all
         keep first as \"first recorded exposure\"
         require observed [-365d, 0d] as \"one year of history\"
         require no conditions in a during [-365d, -1d] of index as \"washout\"
         exclude person.race in { OMOP:40 } as \"another race\"
         exit: end of run of drugs in b gap 30d
         censor: deaths",
    ));
    explain(&cohort, &person(who)).to_string()
}

#[test]
fn somebody_who_is_in() {
    let text = explained("id 17; obs -500..900; d20 0..30; d20 50..80; d20 400; c10 20; m30 3 value=1");
    insta::assert_snapshot!(text, @r"
    p 17 · c · IN 2020-01-01 .. 2020-03-21
      entered by drug#2 2020-01-01 .. 2020-01-31 OMOP:20
        ✓ first recorded exposure: observation_period#1 2018-08-19 .. 2022-06-19
        ✓ one year of history
        ✓ washout
        ? another race
      entered by drug#3 2020-02-20 .. 2020-03-21 OMOP:20
        ✗ first recorded exposure: observation_period#1 2018-08-19 .. 2022-06-19, drug#2 2020-01-01 .. 2020-01-31 OMOP:20
        out at step 1
      entered by drug#4 2021-02-04 OMOP:20
        ✗ first recorded exposure: observation_period#1 2018-08-19 .. 2022-06-19, drug#3 2020-02-20 .. 2020-03-21 OMOP:20
        out at step 1
    ");
}

#[test]
fn somebody_who_is_out() {
    let text = explained("id 18; obs -500..900; d20 0..30 #5; d21 50 #6; c10 -72 #7; c11 -400 #8; m30 3");
    insta::assert_snapshot!(text, @r"
    p 18 · c · OUT
      entered by drug#5 2020-01-01 .. 2020-01-31 OMOP:20
        ✓ first recorded exposure: observation_period#1 2018-08-19 .. 2022-06-19
        ✓ one year of history
        ✗ washout: condition#7 2019-10-21 OMOP:10
        out at step 3
      entered by drug#6 2020-02-20 OMOP:21
        ✗ first recorded exposure: observation_period#1 2018-08-19 .. 2022-06-19, drug#5 2020-01-01 .. 2020-01-31 OMOP:20
        out at step 1
    ");
}

#[test]
fn somebody_who_did_not_enter() {
    insta::assert_snapshot!(explained("id 19; obs -500..900; c10 0"), @"p 19 · c · OUT: did not enter");
}
