"""The report: what a person opens, or sends, without any of the rest."""

from functools import partial

import dagster as dg

from artlens_pipeline.assets.common import about, attributes, code_version, versioned
from artlens_pipeline.assets.derive import making
from artlens_pipeline.checks.answers import answers
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.home import Home
from artlens_pipeline.previews.metadata import show
from artlens_pipeline.previews.published import of_report
from artlens_pipeline.progress import stage
from artlens_pipeline.report.chapters import making as chapter
from artlens_pipeline.report.gather import gather
from artlens_pipeline.report.page import render
from artlens_pipeline.report.standing import holding, write
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.thumbnail_files import ThumbnailFiles
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline.settings import Settings, load_settings, setting


class ReportConfig(dg.Config):
    """What the report is called, and how large it may be."""

    title: str = setting("report", "title", "Title of the page; empty: An atlas of … works")
    max_mb: float = setting("report", "max_mb", "Most of the file, MB", ge=1.0, le=15.0)


@dg.asset(
    deps=["duckdb_warehouse"],
    code_version=versioned("1", "report"),
    description="report.html: map, clusters, unique works, near-duplicates, artists, image "
    "quality, what was rejected and how it was made, in one file that needs no server.",
    **attributes("publish", "html"),
)
def report(
    context: dg.AssetExecutionContext,
    config: ReportConfig,
    lake: dg.ResourceParam[Lake],
    home: dg.ResourceParam[Home],
) -> dg.MaterializeResult:
    """Write the page anew where what it says has changed."""
    warehouse, settings = Warehouse(home.warehouse), load_settings(home.settings)
    with making(context, lake, "report"):
        said = answers(context.instance, lake, home)
        own = config.model_dump()
        fingerprint = digest(code_version(context), warehouse.fingerprint(), own, settings, said)
        held = holding(home.report)
        skipped = held is not None and held.fingerprint == fingerprint
        if skipped:
            context.log.info("the report is up to date; nothing to write")
        else:
            ThumbnailFiles.of(home).fetch(warehouse.thumbnails())
            write(_make(warehouse, settings, config, said, lake, fingerprint), home.report)
        held = holding(home.report)
        show(context, partial(of_report, held, home.report.stat().st_size))
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": held.works if held else 0,
            "dagster/uri": str(home.report),
            "file": dg.MetadataValue.path(str(home.report)),
            "page": dg.MetadataValue.url(home.report.as_uri()),
            **about(lake),
            "skipped": skipped,
        },
        data_version=dg.DataVersion(fingerprint),
    )


def _make(
    warehouse: Warehouse,
    settings: Settings,
    config: ReportConfig,
    said: list[chapter.Answer],
    lake: Lake,
    fingerprint: str,
) -> str:
    with stage("report", 1) as advance:
        material = gather(warehouse)
        advice = about(lake).get("about_the_encoder", "")
        provenance = material.table("table_provenance")
        making_of = chapter.making(provenance, material.encoders, settings, said, advice)
        room = int(config.max_mb * 1e6)
        made = render(material, making_of, fingerprint=fingerprint, title=config.title, room=room)
        advance(1)
    return made
