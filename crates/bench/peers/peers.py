"""The questions of `cargo xtask bench logs`, asked of DuckDB and Polars.

usage: peers.py TOOL QUESTION, with a JSON document on standard input:
  {"files": [...], "parquet": [...], "interface": "eni-...", "address": "...", "list": "FILE", "ranges": "FILE"}
Prints {"cpu": seconds of user and system time of the question alone, "rows": [...]}.
What a tool needs beforehand (the list, prepared as ranges that do not overlap) is not part of the time, as it is not of ours.
"""

import ipaddress
import json
import os
import resource
import sys

COLUMNS = (
    "version account_id interface_id srcaddr dstaddr srcport dstport protocol packets bytes start end action log_status"
).split()
NUMBERS = {"srcport", "dstport", "protocol", "packets", "bytes", "start", "end"}
#: As AWS writes them to Parquet.
WIDE = {"packets", "bytes", "start", "end"}


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def prepare_ranges(asked):
    """Writes the list as ranges in order, merged where they touch: the best case for a join by order."""
    with open(asked["list"], encoding="ascii") as lines:
        nets = [ipaddress.ip_network(line.strip(), strict=False) for line in lines if line.strip()]
    ranges = []
    for first, last in sorted((int(net[0]), int(net[-1])) for net in nets):
        if ranges and first <= ranges[-1][1] + 1:
            ranges[-1][1] = max(ranges[-1][1], last)
        else:
            ranges.append([first, last])
    with open(asked["ranges"], "w", encoding="ascii") as out:
        out.write("first,last\n")
        out.writelines(f"{first},{last}\n" for first, last in ranges)


def duckdb_asks(question, asked):
    import duckdb

    db = duckdb.connect()
    # It would be drawn into our output.
    db.execute("set enable_progress_bar = false")
    quoted = lambda values: "[" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + "]"
    types = ", ".join(f"'{name}': '{'BIGINT' if name in NUMBERS else 'VARCHAR'}'" for name in COLUMNS)
    text = lambda files: (
        f"read_csv({quoted(files)}, delim=' ', header=true, auto_detect=false, nullstr='-', quote='', escape='', "
        f"columns={{{types}}})"
    )
    if question == "write":
        # Some sixteen files, typed and packed as AWS's own.
        cast = ", ".join(
            f'"{name}"::{"BIGINT" if name in WIDE else "INTEGER"} as "{name}"' if name in NUMBERS else f'"{name}"'
            for name in COLUMNS
        )
        step = -(-len(asked["files"]) // 16)
        os.makedirs(asked["folder"], exist_ok=True)
        for number, at in enumerate(range(0, len(asked["files"]), step)):
            path = f"{asked['folder']}/flow-{number:02}.parquet"
            some = text(asked["files"][at : at + step])
            db.execute(f"copy (select {cast} from {some}) to '{path}' (format parquet, compression gzip)")
        return 0.0, []
    source = text(asked["files"]) if question in ("pair", "list") else f"read_parquet({quoted(asked['parquet'])})"
    if question == "list":
        octets = lambda: " + ".join(f"split_part(ip, '.', {n + 1})::ubigint * {256 ** (3 - n)}" for n in range(4))
        db.execute(f"create table ranges as select * from read_csv('{asked['ranges']}')")
        query = f"""
            with seen as (select srcaddr as ip, bytes from {source} union all select dstaddr, bytes from {source}),
                 each as (select ip, count(*) as flows, sum(bytes) as bytes from seen where ip is not null group by ip),
                 numbered as (select *, {octets()} as number from each)
            select ip, flows, bytes::bigint from numbered asof join ranges on number >= first where number <= last"""
    else:
        query = f"""
            select dstport, action, count(*), sum(bytes)::bigint, sum(packets)::bigint, min(start), max("end") from {source}
            where interface_id = '{asked["interface"]}' and '{asked["address"]}' in (srcaddr, dstaddr) group by all"""
    begin = cpu()
    rows = db.execute(query).fetchall()
    return cpu() - begin, rows


def polars_asks(question, asked):
    import polars as pl

    def source():
        if question == "parquet":
            return pl.scan_parquet(asked["parquet"])
        header = {name: name.replace("_", "-") for name in COLUMNS}
        schema = {header[name]: pl.Int64 if name in NUMBERS else pl.String for name in COLUMNS}
        lines = pl.scan_csv(asked["files"], separator=" ", schema=schema, null_values=["-"], quote_char=None)
        return lines.rename({theirs: name for name, theirs in header.items()})

    if question == "list":
        ranges = pl.read_csv(asked["ranges"]).sort("first")
        part = lambda n: pl.col("parts").struct.field(f"field_{n}").cast(pl.Int64) * 256 ** (3 - n)
        begin = cpu()
        sides = [source().select(pl.col(side).alias("ip"), "bytes") for side in ("srcaddr", "dstaddr")]
        each = pl.concat(sides).drop_nulls("ip").group_by("ip").agg(pl.len().alias("flows"), pl.col("bytes").sum())
        numbered = (
            each.collect(engine="streaming")
            .with_columns(pl.col("ip").str.split_exact(".", 3).alias("parts"))
            .select("ip", "flows", "bytes", (part(0) + part(1) + part(2) + part(3)).alias("number"))
            .sort("number")
        )
        found = numbered.join_asof(ranges, left_on="number", right_on="first").filter(pl.col("number") <= pl.col("last"))
        rows = found.select("ip", "flows", "bytes").rows()
        return cpu() - begin, rows
    begin = cpu()
    ours = (pl.col("interface_id") == asked["interface"]) & (
        (pl.col("srcaddr") == asked["address"]) | (pl.col("dstaddr") == asked["address"])
    )
    found = (
        source()
        .filter(ours)
        .group_by("dstport", "action")
        .agg(
            pl.len().alias("flows"),
            pl.col("bytes").cast(pl.Int64).sum(),
            pl.col("packets").cast(pl.Int64).sum(),
            pl.col("start").min(),
            pl.col("end").max(),
        )
        .collect(engine="streaming")
    )
    rows = found.rows()
    return cpu() - begin, rows


def main():
    tool, question = sys.argv[1:3]
    asked = json.load(sys.stdin)
    if question == "list":
        prepare_ranges(asked)
    seconds, rows = {"duckdb": duckdb_asks, "polars": polars_asks}[tool](question, asked)
    print(json.dumps({"cpu": seconds, "rows": rows}))


main()
