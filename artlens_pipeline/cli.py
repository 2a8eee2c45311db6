"""The `artlens` command: arguments in, lines out; what it does is imported when needed."""

import json
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

Folder = Annotated[
    str | None, typer.Argument(help="Folder of images; default: what is on record, as selected")
]
FullRefresh = Annotated[
    bool,
    typer.Option("--full-refresh", help="Compute at once what new works have only extended"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print a list of objects")]


@app.command()
def run(
    source: Folder = None,
    limit: Annotated[int | None, typer.Option(help="Take the first N works")] = None,
    sample: Annotated[int | None, typer.Option(help="Take N works at random")] = None,
    seed: Annotated[int, typer.Option(help="Seed of --sample")] = 0,
    add: Annotated[bool, typer.Option("--add", help="Beside what the home holds")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Instead of what it holds")] = False,
    encoder: Annotated[str | None, typer.Option(help="Embed by this encoder from now on")] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Make the variants of maps, clusters, scores too")
    ] = False,
    full_refresh: FullRefresh = False,
) -> None:
    """Take a collection through every asset; recompute nothing that stands."""
    from artlens_pipeline.commands.run import RunRequest, execute

    request = RunRequest(source, limit, sample, seed, add, replace, encoder, compare, full_refresh)
    raise typer.Exit(execute(Home.current(), request))


@app.command()
def materialize(
    assets: Annotated[list[str], typer.Argument(help="Assets, such as kmeans_clusters")],
    shard: Annotated[
        str, typer.Option(help="Of assets per shard only shard-00003, or shard-00000..shard-00003")
    ] = "",
    full_refresh: FullRefresh = False,
    run_id: Annotated[str | None, typer.Option(hidden=True)] = None,
) -> None:
    """Make these assets, or shards of them; what stands is not made again."""
    from artlens_pipeline.commands.materialize import execute

    raise typer.Exit(execute(Home.current(), assets, shard, run_id, full_refresh))


@app.command()
def search(
    text: Annotated[str | None, typer.Argument(help="A line of text")] = None,
    image: Annotated[Path | None, typer.Option(help="Search by this image instead")] = None,
    like: Annotated[str | None, typer.Option(help="By the work of this sample_id instead")] = None,
    by: Annotated[
        str, typer.Option(help="look, or palette: by colours; a text then names some")
    ] = "look",
    style: Annotated[
        list[str] | None, typer.Option(help="Only this style; may be given again")
    ] = None,
    artist: Annotated[
        list[str] | None, typer.Option(help="Only this artist; again likewise")
    ] = None,
    artist_not: Annotated[list[str] | None, typer.Option(help="Nothing by this artist")] = None,
    genre: Annotated[list[str] | None, typer.Option(help="Only this genre")] = None,
    unique_above: Annotated[
        float | None, typer.Option(help="Only works of a uniqueness above this, 0 to 1")
    ] = None,
    year_from: Annotated[int | None, typer.Option(help="Only of this year or later")] = None,
    year_to: Annotated[int | None, typer.Option(help="Only of this year or earlier")] = None,
    corrected: Annotated[
        bool, typer.Option("--corrected", help="Put works that resemble everything further back")
    ] = False,
    k: Annotated[int, typer.Option("-k", min=1, help="How many works")] = 10,
    as_json: AsJson = False,
) -> None:
    """Find the works that resemble a text, an image or a work, among all or some of them."""
    from artlens_pipeline import search as finder
    from artlens_pipeline.collection import Collection
    from artlens_pipeline.commands.console import print_table

    filters = finder.Filters(
        styles=tuple(style or ()),
        artists=tuple(artist or ()),
        artists_not=tuple(artist_not or ()),
        genres=tuple(genre or ()),
        unique_above=unique_above,
        year_from=year_from,
        year_to=year_to,
    )
    home = Home.current()
    found = finder.search(home, finder.Query(text, image, like), k, by, filters, corrected)
    if by == "look" and (said := Collection.load(home).advice(home)):
        print(said, file=sys.stderr)
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        columns = list(found[0]) if found else list(finder.COLUMNS)
        print_table(columns, [list(item.values()) for item in found])


@app.command()
def sql(query: str, as_json: AsJson = False) -> None:
    """Query the warehouse; nothing can be written."""
    from artlens_pipeline.commands.console import print_table
    from artlens_pipeline.resources.warehouse import Warehouse

    columns, rows = Warehouse(Home.current().warehouse).query(query)
    if as_json:
        objects = [dict(zip(columns, row, strict=True)) for row in rows]
        print(json.dumps(objects, ensure_ascii=False, indent=2, default=str))
    else:
        print_table(columns, rows)


@app.command()
def export(
    destination: Annotated[
        Path, typer.Argument(help="A .csv or .parquet file, or a folder for images")
    ],
    sql: Annotated[str | None, typer.Option(help="The rows of this SELECT")] = None,
    view: Annotated[str | None, typer.Option(help="The works of a saved view of FiftyOne")] = None,
    cluster: Annotated[str | None, typer.Option(help="The works of this cluster")] = None,
    by: Annotated[str | None, typer.Option(help="Of this clustering: kmeans, hdbscan …")] = None,
    kind: Annotated[
        str | None, typer.Option("--as", help="csv, parquet, images or fiftyone")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace an earlier export that nobody changed")
    ] = False,
    spreadsheet: Annotated[
        bool, typer.Option("--spreadsheet", help="CSV for Excel and the like: no text runs")
    ] = False,
) -> None:
    """Take works out: a table, a folder of images, a FiftyOne export; default: all works."""
    from artlens_pipeline.commands.export import ExportRequest, execute

    request = ExportRequest(destination, sql, view, cluster, by, kind, overwrite, spreadsheet)
    raise typer.Exit(execute(Home.current(), request))


@app.command()
def report(
    open_: Annotated[bool, typer.Option("--open", help="Open it in a browser")] = False,
    output: Annotated[
        Path | None, typer.Option(help="Also write it to this .html file, to send it")
    ] = None,
) -> None:
    """Make the report, one HTML file that needs no server, where it is not up to date."""
    from artlens_pipeline.commands.report import execute

    raise typer.Exit(execute(Home.current(), open_, output))


@app.command()
def gc(
    yes: Annotated[bool, typer.Option("--yes", help="Remove it")] = False,
    encoders: Annotated[
        bool, typer.Option("--encoders", help="Also what other encoders made")
    ] = False,
    keep_runs: Annotated[
        int | None,
        typer.Option(min=0, help="Also Dagster's history but for that of the newest N runs"),
    ] = None,
) -> None:
    """Say what nothing refers to any more, and how much it holds; remove it with --yes."""
    from artlens_pipeline.commands.gc import GcRequest, execute

    raise typer.Exit(execute(Home.current(), GcRequest(yes, encoders, keep_runs)))


@app.command()
def doctor(
    encoder: Annotated[str | None, typer.Option(help="Try whether this encoder works")] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="End runs that died; remove what they left half-written")
    ] = False,
) -> None:
    """Say what is there, what is missing and how to mend it."""
    from artlens_pipeline.commands.doctor import examine
    from artlens_pipeline.commands.encoder import examine_encoder
    from artlens_pipeline.commands.outcomes import say

    home = Home.current()
    if fix:
        from artlens_pipeline.commands.mend import mend

        for line in mend(home):
            say(f"done  {line}")
    findings = examine_encoder(home, encoder) if encoder else examine(home)
    for finding in findings:
        say(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.subject}: {finding.detail}")
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


@app.command()
def ui(
    port: Annotated[int, typer.Option(help="Port of Dagster's UI")] = 3000,
    host: Annotated[str, typer.Option(help="Address to listen on")] = "127.0.0.1",
) -> None:
    """Open Dagster's UI on this home."""
    from artlens_pipeline.commands.ui import serve

    serve(Home.current().create(), host, port)


@app.command("app")
def app_(
    port: Annotated[int, typer.Option(help="Port of the FiftyOne App")] = 5151,
    address: Annotated[str, typer.Option(help="Address to listen on")] = "127.0.0.1",
    browser: Annotated[bool, typer.Option(help="Open a browser")] = True,
) -> None:
    """Open the FiftyOne App on the collection's workspace."""
    from artlens_pipeline.commands.app import serve

    serve(Home.current(), address, port, browser)


@app.command()
def env() -> None:
    """Print the variables by which plain dagster and fiftyone see this home (for eval)."""
    for name, value in Home.current().create().environment().items():
        print(f"export {name}={shlex.quote(value)}")


def main() -> None:
    """Run the command; a fault with a remedy is one line and exit code 2."""
    try:
        app()
    except ArtLensError as error:
        from artlens_pipeline.commands.console import harmless

        print(f"artlens: {harmless(str(error))}", file=sys.stderr)
        sys.exit(2)
    except Exception as error:
        from artlens_pipeline.commands.console import harmless
        from artlens_pipeline.resources.disk_fault import FULL, in_words, leaves_no_room

        said, home = in_words(error), Home.current()
        parts = (home.root, home.lake, home.media, home.dagster)  # each may be a disk of its own
        if not said and not any(map(leaves_no_room, parts)):
            raise
        print(f"artlens: {harmless(said or FULL)}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
