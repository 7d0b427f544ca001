"""Counts the demo's cohort again with DuckDB, from the OMOP tables and the definition alone, and
runs the demo's notebook from top to bottom.

Shares no code with Strongroom. Understands the part of the cohort language that the demo uses.
"""

import argparse
import json
import pathlib
import shutil
import tempfile

import duckdb
import nbclient
import nbformat

DOMAINS = {
    "condition": ("condition_occurrence", "condition_concept_id", "condition_start_date"),
    "drug": ("drug_exposure", "drug_concept_id", "drug_exposure_start_date"),
    "measurement": ("measurement", "measurement_concept_id", "measurement_date"),
    "visit": ("visit_occurrence", "visit_concept_id", "visit_start_date"),
}
SUPPRESS_UP_TO = 20


def open_tables(folder):
    """Every table of the folder, CSV or Parquet, as a view with its name in lower case."""
    db = duckdb.connect()
    for path in sorted(folder.iterdir()):
        name = path.stem.lower()
        if path.suffix.lower() == ".csv":
            db.execute(f"create view {name} as from read_csv('{path}', header=true, all_varchar=true)")
        elif path.suffix.lower() == ".parquet":
            db.execute(f"create view {name} as from read_parquet('{path}')")
    return db


def concepts(db, definition, name):
    """The concept set, excludes taken out, as a table."""
    table = f"set_{name}"
    expression = definition["concept_sets"][name]

    def union(items):
        parts = ["select null::bigint as concept_id where false"]
        for item in items:
            concept = item["concept"]["id"]
            parts.append(f"select {concept}::bigint")
            if item.get("descendants"):
                parts.append(
                    "select descendant_concept_id::bigint from concept_ancestor "
                    f"where ancestor_concept_id::bigint = {concept}"
                )
        return " union ".join(parts)

    db.execute(
        f"create or replace temp table {table} as ({union(expression['include'])}) "
        f"except ({union(expression.get('exclude', []))})"
    )
    return table


def events(db, definition, expression):
    """SQL of (person, day) of the events, windows included."""
    recorded = expression["from"]["recorded"]
    table, concept, start = DOMAINS[recorded["kind"]]
    sql = f"select person_id::bigint as person, {start}::date as day from {table} where {start} is not null"
    if "concepts" in recorded:
        name = concepts(db, definition, recorded["concepts"]["set"])
        sql += f" and {concept}::bigint in (select concept_id from {name})"
    for filter in expression.get("filters", []):
        if set(filter) != {"during"} or set(filter["during"]) != {"window", "of"}:
            raise NotImplementedError("filters other than windows")
        window = filter["during"]["window"]
        assert filter["during"]["of"] == {"on": "index"}
        limits = []
        for edge, comparison, unbounded in (
            ("from", ">=", "infinitely_before"),
            ("to", "<=", "infinitely_after"),
        ):
            at = window[edge]["at"]
            assert not window[edge].get("open")
            if at != unbounded:
                limits.append(f"e.day - i.day {comparison} {at['d']}")
        condition = " and ".join(limits) or "true"
        sql = f"select e.person, e.day from ({sql}) e join entry i using (person) where {condition}"
    return sql


def people(db, definition, predicate):
    """SQL of the people of whom the predicate is true."""
    (kind, value), = predicate.items()
    if kind == "any":
        return f"select distinct person from ({events(db, definition, value)})"
    if kind == "count":
        assert value["unit"] == "dates" and set(value) == {"test", "unit", "of"}
        return (
            f"select person from ({events(db, definition, value['of'])}) "
            f"group by person having count(distinct day) >= {value['test']['at_least']}"
        )
    if kind == "compare":
        assert value["left"] == {"age": {"anchor": {"on": "index"}}} and value["op"] == ">="
        # The registered tier shows no month or day of birth: age is the difference of the years.
        return (
            "select i.person from entry i join person p on p.person_id::bigint = i.person "
            f"where year(i.day) - p.year_of_birth::int >= {value['right']['number']}"
        )
    raise NotImplementedError(kind)


def recount(db, definition):
    """The numbers of people in the release, entered, and left after each step."""
    cohort = definition["cohorts"][-1]
    entry = cohort["entry"]["events"]
    assert cohort["observed"] == "unbounded" and entry["pick"] == "first"
    first = entry["of"]
    db.execute(
        f"create or replace temp table entry as select person, min(day) as day "
        f"from ({events(db, definition, first)}) "
        "where person in (select person_id::bigint from person) group by person"
    )
    db.execute("create or replace temp table remaining as select person from entry")
    size = lambda: db.execute("select count(*) from remaining").fetchone()[0]
    steps = [size()]
    for step in cohort["steps"]:
        kept = "in" if "require" in step else "not in"
        chosen = people(db, definition, step.get("require") or step["exclude"])
        db.execute(
            f"create or replace temp table remaining as select person from remaining where person {kept} ({chosen})"
        )
        steps.append(size())
    return db.execute("select count(distinct person_id) from person").fetchone()[0], steps


def check(what, released, true):
    """A number that is shown must be the true one; one that is not shown tells the truth about it."""
    if released["kind"] == "exact":
        assert released["persons"] == true, f"{what}: shown {released['persons']}, counted {true}"
        assert not 1 <= true <= SUPPRESS_UP_TO, f"{what}: a small number is shown"
    elif released["kind"] == "suppressed":
        assert 1 <= true <= released["persons"]["at_most"], f"{what}: suppressed, but counted {true}"


def run_notebook(export):
    """Executes a copy of the export's notebook beside copies of its files."""
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "export"
        shutil.copytree(export, copy)
        notebook = nbformat.read(copy / "dataset.ipynb", as_version=4)
        nbformat.validate(notebook)
        nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(copy)}}).execute()
        return sum(cell.cell_type == "code" for cell in notebook.cells)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("demo", type=pathlib.Path)
    arguments.add_argument("--omop", type=pathlib.Path)
    arguments = arguments.parse_args()

    definition = json.loads((arguments.demo / "cohort.json").read_text())
    answer = json.loads((arguments.demo / "answer.json").read_text())
    universe, steps = recount(open_tables(arguments.omop or arguments.demo / "omop"), definition)

    check("people in the release", answer["attrition"]["universe"], universe)
    check("people in the cohort", answer["persons"], steps[-1])
    assert len(answer["attrition"]["steps"]) == len(steps)
    for (label, released), true in zip(answer["attrition"]["steps"], steps):
        check(label, released, true)

    db = duckdb.connect()
    export = arguments.demo / "export"
    rows, members = db.execute(
        f"select count(*), count(distinct subject_id) from '{export / 'cohort.parquet'}'"
    ).fetchone()
    assert rows == members == steps[-1], f"exported {rows} entries of {members} people, counted {steps[-1]}"

    cells = run_notebook(export)
    print(f"DuckDB {duckdb.__version__} agrees: {universe} people, steps {steps}, {rows} entries exported")
    print(f"the notebook's {cells} code cells ran")


if __name__ == "__main__":
    main()
