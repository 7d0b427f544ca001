//! The page about workspaces, whose tables are made from the code.

use strongroom_workspaces::{action_table_markdown, review_matrix_markdown};

#[test]
fn the_tables_of_the_page_are_those_of_the_code() {
    let page = include_str!("../../../../docs/workspaces.md");
    for (name, table) in [("actions", action_table_markdown()), ("review", review_matrix_markdown())] {
        let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
        let found =
            page.split_once(&start).and_then(|(_, rest)| rest.split_once(&end)).map(|(table, _)| table);
        assert_eq!(
            found.map(str::trim),
            Some(table.trim()),
            "put this between the marks of `{name}`:\n{table}"
        );
    }
}
