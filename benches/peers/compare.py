"""The same questions to DuckDB and to Strongroom, on the same data, in one run.

    python benches/peers/compare.py --omop FOLDER --release RELEASE --work FOLDER [--repeats 5]

FOLDER holds OMOP tables in Parquet, and RELEASE is what `strongroom cdr build` made of them. DuckDB reads a table of
all events with the columns that the questions need and no others, once in the order (person, day) and once in the
order (concept, person, day); of several ways to write a question in SQL, the fastest counts. Both answer in a warm
process on the same number of threads. The answers must be equal. Prints a table in Markdown.
"""

import argparse
import json
import pathlib
import resource
import statistics
import subprocess
import sys
import time

import duckdb

HERE = pathlib.Path(__file__).parent
# Table, concept, first day, last day.
DOMAINS = [
    ("condition_occurrence", "condition_concept_id", "condition_start_date", "condition_end_date"),
    ("drug_exposure", "drug_concept_id", "drug_exposure_start_date", "drug_exposure_end_date"),
    ("measurement", "measurement_concept_id", "measurement_date", "measurement_date"),
    ("observation", "observation_concept_id", "observation_date", "observation_date"),
    ("procedure_occurrence", "procedure_concept_id", "procedure_date", "procedure_date"),
    ("visit_occurrence", "visit_concept_id", "visit_start_date", "visit_end_date"),
]
ORDERS = {"person": "person_id, start_date", "concept": "concept_id, person_id, start_date"}
# Periods that touch are one, as the cohort language has it.
JOINED_PERIODS = """
create table observed as
select person_id, min(first_day) as first_day, max(last_day) as last_day
from (select *, sum(begins) over (partition by person_id order by first_day rows unbounded preceding) as run
  from (select *, case when first_day <= 1 + max(last_day) over (partition by person_id order by first_day, last_day
      rows between unbounded preceding and 1 preceding) then 0 else 1 end as begins
    from (select person_id, observation_period_start_date as first_day, observation_period_end_date as last_day
      from observation_period)))
group by person_id, run
"""


def open_events(omop, file, order, threads):
    """A database with the events in one order, made unless it is there."""
    new = not file.exists()
    db = duckdb.connect(str(file))
    db.execute(f"set threads = {threads}")
    if new:
        parts = [
            f"select {concept}::int as concept_id, person_id::int as person_id, {start} as start_date, "
            f"{end} as end_date, visit_occurrence_id from read_parquet('{omop / table}.parquet')"
            for table, concept, start, end in DOMAINS
        ]
        db.execute(f"create table events as from ({' union all '.join(parts)}) order by {order}")
        for table in ("person", "observation_period"):
            db.execute(f"create table {table} as from read_parquet('{omop / table}.parquet')")
        db.execute(JOINED_PERIODS)
        db.execute("checkpoint")
    return db


def processor():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def ask(db, statements, repeats):
    """The answer, and the median milliseconds of wall and processor time."""
    def once():
        for statement in statements:
            answer = db.execute(statement).fetchone()
        return answer[0]

    answer, walls, works = once(), [], []
    for _ in range(repeats):
        wall, work = time.perf_counter(), processor()
        if once() != answer:
            sys.exit("DuckDB gave two answers to one question")
        walls.append(1e3 * (time.perf_counter() - wall))
        works.append(1e3 * (processor() - work))
    return answer, statistics.median(walls), statistics.median(works)


def duckdb_figures(arguments, questions):
    """For each question and order: the answer and the time of the fastest way to ask."""
    found = {}
    for order, by in ORDERS.items():
        db = open_events(arguments.omop, arguments.work / f"by_{order}.duckdb", by, arguments.threads)
        for question in questions:
            ways = (HERE / "questions" / f"{question}.sql").read_text().split("\n;\n")
            asked = [ask(db, way.split(";"), arguments.repeats) for way in ways]
            if len({answer for answer, _, _ in asked}) > 1:
                sys.exit(f"{question}: the ways to ask DuckDB disagree: {asked}")
            found[question, order] = min(asked, key=lambda way: way[1])
        db.close()
    return found


def strongroom_figures(arguments, questions):
    files = [str(HERE / "questions" / f"{question}.cohort") for question in questions]
    command = ["cargo", "run", "--quiet", "--release", "-p", "strongroom-release", "--example", "measure_cohorts", "--",
               str(arguments.release), str(arguments.threads), str(20 * arguments.repeats), *files]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {line["question"]: line for line in map(json.loads, printed.splitlines())}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--omop", type=pathlib.Path, required=True)
    parser.add_argument("--release", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    questions = sorted(path.stem for path in (HERE / "questions").glob("*.cohort"))
    peers = duckdb_figures(arguments, questions)
    own = strongroom_figures(arguments, questions)

    print("| Question | Answer | DuckDB by person | DuckDB by concept | Strongroom | Ratios | Processor ms | Memory |")
    print("|---|---|---|---|---|---|---|---|")
    for question in questions:
        line = own[question]
        (answer, person, _), (other, concept, work) = peers[question, "person"], peers[question, "concept"]
        people = line["people"]
        if not answer == other == people:
            sys.exit(f"{question}: DuckDB says {answer} and {other}, Strongroom {people}")
        print(f"| {question.replace('_', ' ')} | {people:,} | {person:.1f} ms | {concept:.1f} ms | {line['wall']:.2f} ms "
              f"| {person / line['wall']:.0f} ×, {concept / line['wall']:.1f} × | {work:.0f}, {line['processor']:.1f} "
              f"| {line['memory']} MB |")


if __name__ == "__main__":
    main()
