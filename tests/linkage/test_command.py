"""python -m lakehouse match: files in, files out, one error for what is wrong."""

import argparse
import json

import polars as pl
import pytest
from deltalake import write_deltalake

from lakehouse.mdm.linkage import LinkageError, command

MAPPED = "--id id --name name --email email --phone phone --address address --postcode postcode --city city"


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers(required=True))
    chosen = parser.parse_args(["match", *words])
    return chosen.command(chosen)


@pytest.fixture
def csv(bed, tmp_path):
    path = tmp_path / "customers.csv"
    bed.records.drop("entity").write_csv(path)
    return path


def test_a_csv_file_becomes_pairs_clusters_and_golden_records(csv, bed, truth, tmp_path, capsys):
    truth.write_csv(tmp_path / "truth.csv")
    out = tmp_path / "result"
    words = [str(csv), *MAPPED.split(), "--out", str(out), "--truth", str(tmp_path / "truth.csv")]
    assert run(*words) == 0
    printed = capsys.readouterr()
    assert "blocking pass" in printed.out and "precision" in printed.out
    assert "100%" in printed.err
    golden = pl.read_parquet(out / "golden.parquet")
    clusters = pl.read_parquet(out / "clusters.parquet")
    assert len(clusters) == len(bed.records)
    assert len(golden) == clusters["cluster_id"].n_unique()
    assert golden["source_records"].sum() == len(bed.records)
    assert pl.read_parquet(out / "pairs.parquet")["match_score"].max() > 0.99


def test_parquet_and_delta_read_the_same(bed, csv, tmp_path, capsys):
    some = bed.records.drop("entity").head(400)
    some.write_parquet(tmp_path / "t.parquet")
    write_deltalake(str(tmp_path / "delta"), some.to_arrow())
    reports = []
    for path in (tmp_path / "t.parquet", tmp_path / "delta"):
        assert run(str(path), *MAPPED.split(), "--out", str(tmp_path / "out"), "--json", "--format", "csv") == 0
        reports.append(json.loads(capsys.readouterr().out))
    assert reports[0]["clusters"] == reports[1]["clusters"]
    assert (tmp_path / "out" / "pairs.csv").exists()


def test_two_files_are_linked_with_each_other(guides, tmp_path, capsys):
    for name in ("guide a", "guide b"):
        part = guides.records.filter(pl.col("source") == name).drop("source", "entity")
        part.write_csv(tmp_path / f"{name[-1]}.csv")
    words = [str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--id", "id", "--name", "name", "--address", "address"]
    assert run(*words, "--phone", "phone", "--quiet", "--json", "--out", str(tmp_path / "out")) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["mode"] == "link" and report["one_to_one"]


@pytest.mark.parametrize(
    ("content", "words", "part"),
    [
        (b"", [], "is empty"),
        (b"id,name\n1,Caf\xe9\n", [], "is not written in utf-8: byte 0xe9"),
        (b"id,name\n1,Caf\xe9\n", ["--encoding", "klingon"], "no encoding klingon"),
        (b"id;firm\n1;A\n1;B\n", [], "missing columns 'name' (name)"),
    ],
)
def test_bad_files(tmp_path, content, words, part):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(LinkageError) as caught:
        run(str(path), "--id", "id", "--name", "name", "--out", str(tmp_path / "out"), *words)
    assert part in str(caught.value)


def test_another_encoding_can_be_named(tmp_path):
    path = tmp_path / "latin.csv"
    path.write_bytes("id;name\n1;Café Müller\n2;Café Mueller\n".encode("latin-1"))
    words = ["--id", "id", "--name", "name", "--encoding", "latin-1", "--quiet", "--out", str(tmp_path / "out")]
    assert run(str(path), *words) == 0


def test_a_file_that_is_not_there():
    with pytest.raises(LinkageError, match=r"There is no file or folder nowhere\.csv"):
        run("nowhere.csv", "--id", "id", "--name", "name")
