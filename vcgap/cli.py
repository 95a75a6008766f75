"""The command line: parses, calls, prints. Exit status 0 done, 2 the user's input is wrong, 1 anything else."""

import gc
import os
import sys
from pathlib import Path

import click

from vcgap.errors import MachineError, UserError, did_you_mean
from vcgap.paths import REPORTS
from vcgap.writing import OF_THE_MACHINE

OBJECTS_BEFORE_GC = 50_000  # imports make a great many and drop none; Python would look through them every 700
MOST_SHOWN = 50  # problems; more bury the first ones


class _Errors(click.Group):
    """A group whose commands tell a user's mistake in plain lines, with exit status 2; the machine's fault with 1."""

    def invoke(self, context):
        try:
            return super().invoke(context)
        except UserError as error:
            for problem in error.problems[:MOST_SHOWN]:
                click.echo(problem, err=True)
            if len(error.problems) > MOST_SHOWN:
                click.echo(f"… and {len(error.problems) - MOST_SHOWN:,} more problems", err=True)
            sys.exit(2)
        except MachineError as error:
            click.echo(error, err=True)
            sys.exit(1)
        except OSError as error:
            if error.errno not in OF_THE_MACHINE:
                raise
            click.echo(f"{error.filename or 'Stopped'}: {error.strerror}", err=True)
            sys.exit(1)


def command_line():
    """The command `vcgap`: `main` in a process of its own, which ends without a last look for garbage."""
    try:
        main()
    finally:
        if "duckdb" not in sys.modules:  # which would call what is then left a leak, line by line
            gc.freeze()


@click.group(cls=_Errors, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="vcgap")
def main():
    """Compare two venture capital ecosystems."""


class _WithParameters(click.Command):
    """A command whose help lists the parameters of a report, from their one definition."""

    def format_epilog(self, context, formatter):
        from vcgap.parameters import MODELS, Parameters, levers_of, names_of

        with formatter.section("Parameters, with their defaults"):
            _write_parameters(formatter, Parameters, names_of(Parameters))
        for notebook, model in MODELS.items():
            with formatter.section(f"Parameters of {notebook} alone"):
                _write_parameters(formatter, model, levers_of(model))


def _write_parameters(formatter, model, names):
    from vcgap.parameters import help_of

    for name in names:
        default = getattr(model, name)
        shown = f"{default:.15g}" if isinstance(default, float) else default
        formatter.write_text(f"{name}: {help_of(model)[name]} [{shown}]")


@main.command(cls=_WithParameters)
@click.argument("notebooks", nargs=-1)
@click.option("-p", "--parameter", nargs=2, multiple=True, metavar="NAME VALUE", help="A parameter, as in papermill.")
@click.option("-f", "--parameters-file", type=click.Path(path_type=Path), help="Parameters in a YAML file.")
@click.option(
    "--grid", type=click.Path(path_type=Path), help="Many editions: lists of values (YAML), or a table (CSV)."
)
@click.option(
    "--figures", multiple=True, type=click.Path(), help="Your own figures (CSV or XLSX), laid over the suite's."
)
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count(), help="Reports rendered at the same time.")
@click.option("--out", type=click.Path(path_type=Path), default=REPORTS, help="Folder of the editions.")
@click.option("--pdf", is_flag=True, help="Also a PDF of each report, which takes longer than its page.")
@click.option("--force", is_flag=True, help="Make also what is current.")
@click.option(
    "--engine",
    type=click.Choice(["forked", "kernel"]),
    help="What runs a notebook: a process that has the imports already (Linux), or a kernel of its own.",
)
@click.option(
    "--scheduler", metavar="ADDRESS", default="", help="Render on the Dask cluster of this scheduler (tcp://…)."
)
def render(notebooks, parameter, parameters_file, grid, figures, jobs, out, pdf, force, engine, scheduler):
    """Render NOTEBOOKS (all, if none is named) into reports.

    \b
    vcgap render
    vcgap render volume -p year 2018 -p basis like_for_like
    vcgap render --figures my_figures.csv
    """
    gc.set_threshold(OBJECTS_BEFORE_GC)
    from vcgap.report.render import render as render_editions

    values, overlays = _together(parameter, parameters_file, figures)
    sets = [("", values)]
    if grid:
        from vcgap.report.grid import read_grid

        sets = read_grid(grid, values)
    how = {"force": force, "pdf": pdf, "engine": engine, "scheduler": scheduler}
    try:
        failed = render_editions(notebooks, sets, overlays, out, jobs, click.echo, **how)
    except KeyboardInterrupt:
        click.echo(
            f"Stopped. What was finished is kept{'' if force else '; the same command goes on from there'}.", err=True
        )
        sys.exit(1)
    for message in failed:
        click.echo(message, err=True)
    if failed:
        click.echo("Their last good reports, if there were any, are untouched.", err=True)
        sys.exit(1)
    click.echo(f"Open {out / 'index.html'}")


def _together(parameter, parameters_file, figures):
    """What -p, -f and --figures ask for: the parameters by name, of which -p wins, and the paths of figures files."""
    values = dict(parameter)
    if parameters_file:
        from vcgap.yaml_files import read_mapping

        values = read_mapping(parameters_file, "year: 2018") | values
    named = values.pop("figures", "") if isinstance(values.get("figures", ""), str) else ""
    return values, [*figures, *filter(None, [named])]


@main.command()
@click.argument("files", nargs=-1, required=True)
def check(files):
    """Check FILES with figures: every problem, or "ok" and how every cell was read that could be typed in another way."""
    from vcgap.overlay import examine

    problems = []
    for file in files:
        try:
            own, remarks = examine(file)
            click.echo("\n".join([f"{file}: ok, {len(own)} figures", *(f"  {remark}" for remark in remarks)]))
        except UserError as error:
            problems += error.problems
    if problems:
        raise UserError(*problems)


def _import_unicorns(files, out, companies="", date="", source="", verbose=False):
    from vcgap.unicorn_figures import import_list

    if len(files) > 1:
        raise UserError("--as unicorns: one list at a time; each has its own date and source")
    return import_list(files[0], out, companies, date, source, verbose)


def _import_deals(files, out, profile="", map_file="", engine="duckdb"):
    from vcgap.deals.importing import import_deals

    return [import_deals(files, profile, map_file, engine, out)]


IMPORTERS = {  # what a file may hold: (function, the options that it has besides --out)
    "deals": (_import_deals, {"profile", "map_file", "engine"}),
    "unicorns": (_import_unicorns, {"companies", "date", "source", "verbose"}),
}


@main.command("import")
@click.argument("files", nargs=-1, required=True)
@click.option("--as", "kind", type=click.Choice(sorted(IMPORTERS)), required=True, help="What the files hold.")
@click.option("--out", required=True, help="Figures file to write, such as figures.csv.")
@click.option("--profile", help="Deals: provider of the export; recognised by its columns if not named.")
@click.option("--map", "map_file", help="Deals: YAML that names the columns of the file.")
@click.option(
    "--engine",
    help="Deals: the URL of an engine [DuckDB, embedded]: spark://… reads the files; of others, FILES are tables.",
)
@click.option("--companies", help="Unicorns: also write the companies, as read, to this CSV.")
@click.option("--date", help="Unicorns: day of the list, YYYY-MM-DD, where the file does not tell it.")
@click.option("--source", help="Unicorns: name of the source of the figures [the file's name].")
@click.option("--verbose", is_flag=True, default=None, help="Unicorns: print every row dropped, repaired or noted.")
def import_files(files, kind, out, **options):
    """Turn exports of trackers into figures: FILES into a file for --figures. Deals may be CSV (also .gz), Parquet or
    XLSX; lists of unicorns CSV, TSV, XLSX or JSON.

    \b
    vcgap import rounds.csv --as deals --out figures.csv
    vcgap import unicorns.csv --as unicorns --date 2024-12-31 --source "CB Insights" --out figures.csv
    """
    run, own = IMPORTERS[kind]
    given = {name: value for name, value in options.items() if value is not None}
    if foreign := sorted(set(given) - own):
        raise UserError(*[f"--{name.removesuffix('_file')}: --as {kind} has no such option" for name in foreign])
    for line in run(files, out, **given):
        click.echo(line)


@main.command()
@click.argument("file")
def new(file):
    """Write FILE (such as figures.xlsx), a form for your own figures with drop-downs, an example and explanations."""
    from vcgap.form import write_form

    write_form(file)
    click.echo(f"{file}: fill in the sheet “figures”, then: vcgap check {file}")


@main.command()
@click.argument("metric")
@click.option("--country", required=True, help="ISO 3166-1 alpha-3, such as MEX.")
@click.option("--year", required=True, type=int, help="Calendar year.")
@click.option("--basis", default="column", show_default=True, help="column or like_for_like.")
@click.option("--segment", default="", help="Such as 'scheme=tag;sector=ai'.")
@click.option("--figures", default="", help="Your own figures, laid over the suite's.")
def explain(metric, country, year, basis, segment, figures):
    """Every value of METRIC for a country and year, its source, the reference and why."""
    from vcgap.explain import explanation
    from vcgap.figures import load_package
    from vcgap.parameters import choices_of

    package = load_package(figures)
    if metric not in package.metrics.index:
        raise UserError(f"metric {metric}: there is no such metric{did_you_mean(metric, package.metrics.index)}")
    bases = choices_of("basis")
    if basis not in bases:
        raise UserError(f"--basis {basis}: there is no such basis{did_you_mean(basis, bases)}")
    known = sorted(set(package.figures["country"]))
    if country not in known:
        raise UserError(f"--country {country}: no figures for it{did_you_mean(country, known)}")
    click.echo(explanation(package, metric, country, year, basis, segment))


@main.command()
@click.argument("before")
@click.argument("after")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@click.option("--html", type=click.Path(path_type=Path), help="Write a page to this file, too.")
def diff(before, after, as_json, html):
    """Which headline numbers moved from BEFORE to AFTER, and because of which figures.

    Each is the folder of an edition or a file of figures; numbers are known of editions alone.

    \b
    vcgap diff reports/2024-usa-mex reports/2024-usa-mex-own-my-figures-3f2a1c
    vcgap diff old_figures.csv new_figures.xlsx --html changes.html
    """
    import json

    from vcgap.report.difference import as_text, difference, read_side, write_html

    found = difference(read_side(before), read_side(after))
    if html:
        write_html(found, html, [before, after])
    click.echo(json.dumps(found, indent=1, ensure_ascii=False) if as_json else as_text(found))


@main.command()
@click.argument("file", required=False)
def audit(file):
    """Check the claims of the suite's documents, or those of your own FILE (CSV or XLSX), and print the verdicts.

    \b
    vcgap audit
    vcgap audit my_claims.csv
    """
    from vcgap.audit import audit_text

    click.echo(audit_text(file))
