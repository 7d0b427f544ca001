//! How a person's record comes about: a life, long-term diseases with their care, surveys,
//! everyday encounters until the person's share of events is used up, and at last the flaws.

mod chart;
mod disease;
mod encounter;
mod flaw;
mod life;
mod scale;
mod survey;

use strongroom_omop::SubjectId;

use crate::person::Person;
use crate::random::Random;
use chart::Chart;
use life::Life;

/// How much a person's number of events differs from the mean, in per cent, each equally likely:
/// few people have most of the events, as in real repositories.
const SHARES: [i32; 10] = [10, 20, 30, 50, 60, 80, 100, 130, 220, 300];
const WITHOUT_EVENTS: u32 = 10;
const WITHOUT_PERIODS: u32 = 10;

/// Person `number`, from 1, as the seed will have it, whoever else there is.
pub(crate) fn person(seed: u64, number: u64, events_per_person: u32) -> Person {
    let random = &mut Random::of_person(seed, number);
    let life = Life::draw(random);
    let id = SubjectId::new(i64::try_from(number).unwrap_or(i64::MAX));
    let mut chart = Chart::new(id, &life, event_share(random, events_per_person));
    chart.die();
    disease::accompany(&mut chart, random);
    survey::take(&mut chart, random);
    encounter::fill(&mut chart, random);
    let mut person = chart.close();
    if random.chance(WITHOUT_PERIODS) {
        person.observation_periods.clear();
    }
    flaw::introduce(&mut person, &life, random);
    person
}

fn event_share(random: &mut Random, events_per_person: u32) -> u32 {
    if random.chance(WITHOUT_EVENTS) {
        return 0;
    }
    let percent = i64::from(random.pick(&SHARES).unwrap_or(100)) * i64::from(random.between(80, 120));
    u32::try_from(i64::from(events_per_person) * percent / 10_000).unwrap_or(0)
}
