"""python -m lakehouse match: files in, files out, one error for what is wrong."""

import argparse
import json

import polars as pl
import pytest
from deltalake import write_deltalake

from lakehouse.mdm.linkage import LinkageError, command
from tests.linkage.conftest import labels_of

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


def test_one_error_for_all_that_is_wrong_with_the_files_and_the_options(tmp_path):
    (tmp_path / "t.csv").write_text("id,firm\n1,A\n1,B\n")
    (tmp_path / "labels.csv").write_text("a,b\n1,2\n")
    (tmp_path / "taken").write_text("a file where the folder should be")
    words = ["--labels", str(tmp_path / "labels.csv"), "--truth", str(tmp_path / "labels.csv"), "--threshold", "2"]
    with pytest.raises(LinkageError) as caught:
        run(str(tmp_path / "t.csv"), "--id", "id", "--name", "name", *words, "--out", str(tmp_path / "taken"))
    for part in (
        "--labels: Labels lack the columns",
        "--truth: An answer key has 'id'",
        "Cannot write to",
        "threshold",
    ):
        assert part in str(caught.value)
    for part in ("missing columns 'name' (name)", "1 ids in 'id' occur more than once: 1 (2 times)"):
        assert part in str(caught.value)


def test_files_that_share_ids_are_told_apart(guides, tmp_path, capsys):
    for name in ("guide a", "guide b"):
        part = guides.records.filter(pl.col("source") == name).drop("source", "entity", "id").with_row_index("id")
        part.write_csv(tmp_path / f"{name[-1]}.csv")
    words = [str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--id", "id", "--name", "name", "--phone", "phone"]
    assert run(*words, "--quiet", "--out", str(tmp_path / "out")) == 0
    assert "each id has its file before it, as in a:0" in capsys.readouterr().out
    assert pl.read_parquet(tmp_path / "out" / "clusters.parquet")["id"].str.contains("^[ab]:").all()


def test_labels_truth_and_decisions(csv, bed, linkage, truth, tmp_path, capsys):
    labels_of(linkage, bed, 200).write_csv(tmp_path / "labels.csv")
    truth.write_csv(tmp_path / "truth.csv")
    apart = linkage.pairs.row(0, named=True)
    (tmp_path / "decided.csv").write_text(f"id_a,id_b,is_match\n{apart['id_a']},{apart['id_b']},no\n")
    files = [word for name in ("labels", "truth") for word in (f"--{name}", str(tmp_path / f"{name}.csv"))]
    words = [str(csv), *MAPPED.split(), *files, "--decisions", str(tmp_path / "decided.csv"), "--json"]
    assert run(*words, "--out", str(tmp_path / "out")) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["evaluation"]["own"]["f1"] > 0.95
    assert {"f1_before", "f1_after", "weights"} <= set(told["suggestion"])
    suggested = pl.read_parquet(tmp_path / "out" / "suggested.parquet")
    kept = pl.read_parquet(tmp_path / "out" / "pairs.parquet")
    assert suggested["match_score_before"].equals(kept["match_score"].alias("match_score_before"))
    cluster = dict(pl.read_parquet(tmp_path / "out" / "clusters.parquet").iter_rows())
    assert cluster[apart["id_a"]] != cluster[apart["id_b"]]
    assert {"threshold", "precision", "to_review"} <= set(pl.read_parquet(tmp_path / "out" / "curve.parquet").columns)
