"""Laws of the sample org: the same from the same seed, messy at every scale, and true to its own account."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import pytest

from demo.mess import ORPHANS, TEXTS
from demo.planted import Mess
from demo.records import REFERENCES, ROWS, Record, source
from demo.salesforce_ids import short, with_checksum
from demo.sample_org import Org, sample_org
from lakehouse.contract.models import Pipeline
from lakehouse.raw_to_silver.reasons import Reason, not_a


def full_ids(rows: list[Record]) -> list[str]:
    return [with_checksum(short(row["Id"])) for row in rows if row["Id"]]


def refused_ids(org: Org, name: str, day: int = 1) -> set[str | None]:
    return {row.record_id for row in org.planted.arrivals[day][source(name)].quarantined}


def by_id(org: Org, name: str) -> dict[str, Record]:
    return {with_checksum(short(row["Id"])): row for row in org.first_load[name] if row["Id"]}


def every_row(org: Org) -> Iterator[tuple[str, Record]]:
    for landing in (org.first_load, org.second_load, org.lost_rows, org.changes):
        for name, rows in landing.items():
            yield from ((name, row) for row in rows)


def test_one_seed_makes_one_org_and_another_seed_another() -> None:
    assert sample_org(0.02, seed=11) == sample_org(0.02, seed=11)
    assert sample_org(0.02, seed=11).first_load != sample_org(0.02, seed=12).first_load


@pytest.mark.parametrize("scale", [0.001, 0.02, 0.3])
def test_every_kind_of_mess_is_there_at_every_scale(scale: float, pipeline: Pipeline) -> None:
    planted = sample_org(scale).planted
    assert [kind for kind in Mess if not planted.count(kind)] == []
    never_in_salesforce = {Reason.MALFORMED}
    found = {reason for reasons in planted.quarantined().values() for reason in reasons}
    columns = [column for table in pipeline.silver.values() for column in table.columns.values()]
    of_types = {column.column_type.reason for column in columns if column.column_type.reason}
    assert found == {*Reason, *of_types} - never_in_salesforce


def test_scale_one_has_the_rows_that_it_promises() -> None:
    org = sample_org(1.0)
    valid = {name: org.planted.arrivals[1][source(name)].written for name in ROWS}
    assert valid == ROWS


@pytest.mark.parametrize("scale", [0.0, -1.0])
def test_a_scale_that_is_not_positive_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="greater than 0"):
        sample_org(scale)


def test_the_account_adds_up_to_the_rows_that_land(org: Org) -> None:
    for name in ROWS:
        landed = [*org.first_load[name], *org.second_load.get(name, [])]
        arrival = org.planted.arrivals[1][source(name)]
        refused = {short(one) for one in refused_ids(org, name) if one}
        assert arrival.reported == len(landed)
        assert arrival.written == len({short(one) for one in full_ids(landed)} - refused), name
        assert org.planted.arrivals[2][source(name)].reported == len(org.changes[name])


def test_ids_are_right_except_where_the_account_says_otherwise(org: Org) -> None:
    given = [
        (name, row["Id"], row[field]) for name, row in every_row(org) for field in ("Id", *REFERENCES) if field in row
    ]
    wrong = {
        (name, one) for name, one, value in given if value and value not in (short(value), with_checksum(short(value)))
    }
    told = {
        (name, row.record_id)
        for name in ROWS
        for row in org.planted.arrivals[1][source(name)].quarantined
        if not_a("salesforce_id") in row.reasons.values()
    }
    assert wrong == told
    assert len(told) == 6


def test_no_identity_is_doubled_by_accident(org: Org) -> None:
    for name in ROWS:
        times = Counter(full_ids(org.first_load[name]))
        doubled = {one for one, many in times.items() if many > 1} - refused_ids(org, name)
        assert doubled == set(org.planted.ids(Mess.TWICE_IN_FILE, source(name)))


def test_a_record_that_stands_twice_in_a_file_is_the_same_record(org: Org) -> None:
    for name in ROWS:
        first, *_ = org.planted.ids(Mess.TWICE_IN_FILE, source(name))
        one, other = (row for row in org.first_load[name] if row["Id"] and with_checksum(short(row["Id"])) == first)
        assert one == other


def test_short_ids_and_deleted_rows_are_those_of_the_account(org: Org) -> None:
    for name in ROWS:
        rows = by_id(org, name)
        assert {one for one, row in rows.items() if len(row["Id"] or "") == 15} == set(
            org.planted.ids(Mess.SHORT_ID, source(name))
        )
        gone = (Mess.SOFT_DELETED, Mess.MERGED, Mess.MERGED_TWICE)
        told = {one for kind in gone for one in org.planted.ids(kind, source(name))}
        assert {one for one, row in rows.items() if row.get("IsDeleted") == "true"} == told


def test_texts_are_planted_as_the_account_says(org: Org) -> None:
    for kind, text in TEXTS:
        for name in ROWS:
            holding = {one for one, row in by_id(org, name).items() if text in row.values()}
            assert holding <= set(org.planted.ids(kind, source(name)))
            assert holding or not org.planted.ids(kind, source(name))


def test_a_chain_of_merges_ends_at_a_live_account(org: Org) -> None:
    accounts = by_id(org, "Account")
    (chained,) = org.planted.ids(Mess.MERGED_TWICE, "salesforce.Account")
    middle = with_checksum(short(accounts[chained]["MasterRecordId"] or ""))
    end = with_checksum(short(accounts[middle]["MasterRecordId"] or ""))
    assert middle in org.planted.ids(Mess.MERGED, "salesforce.Account")
    assert (accounts[end]["IsDeleted"], accounts[end]["MasterRecordId"]) == ("false", None)


def test_some_contacts_and_opportunities_still_point_at_merged_accounts(org: Org) -> None:
    merged = {*org.planted.ids(Mess.MERGED, "salesforce.Account")}
    merged |= {*org.planted.ids(Mess.MERGED_TWICE, "salesforce.Account")}
    for name in ("Contact", "Opportunity"):
        rows = by_id(org, name)
        pointed = {rows[one]["AccountId"] for one in org.planted.ids(Mess.OF_MERGED_ACCOUNT, source(name))}
        assert {with_checksum(short(one or "")) for one in pointed} <= merged


def test_orphans_point_at_no_record_of_the_org(org: Org) -> None:
    known = {short(one) for name in ROWS for one in full_ids(org.first_load[name])}
    for name, (field, _) in ORPHANS.items():
        orphans = org.planted.ids(Mess.ORPHAN, source(name))
        assert orphans
        assert not {short(by_id(org, name)[one][field] or "") for one in orphans} & known


def test_one_rep_only_wins_and_one_user_owns_no_deal(org: Org) -> None:
    users = [org.planted.ids(kind, "salesforce.User")[0] for kind in (Mess.ONLY_WINS, Mess.USER_WITHOUT_DEALS)]
    deals = org.first_load["Opportunity"] + org.changes["Opportunity"]
    outcomes = [{row["IsWon"] for row in deals if short(row["OwnerId"] or "") == short(user)} for user in users]
    assert outcomes == [{"true"}, set()]


def test_lines_of_one_opportunity_share_the_second_of_their_creation(org: Org) -> None:
    lines = by_id(org, "OpportunityLineItem")
    tied = Counter((short(row["OpportunityId"] or ""), (row["CreatedDate"] or "")[:19]) for row in lines.values())
    for one in org.planted.ids(Mess.EQUAL_CREATED_DATE, "salesforce.OpportunityLineItem"):
        assert tied[short(lines[one]["OpportunityId"] or ""), (lines[one]["CreatedDate"] or "")[:19]] > 1


def stamp(row: Record) -> datetime:
    return datetime.fromisoformat(row["SystemModstamp"] or "")


def test_late_rows_are_older_than_what_has_landed_and_updates_are_newer(org: Org) -> None:
    checked = 0
    for name in ROWS:
        landed = by_id(org, name)
        late, updated = ({*org.planted.ids(kind, source(name))} for kind in (Mess.LATE, Mess.UPDATED))
        for row in org.changes[name]:
            one = with_checksum(short(row["Id"] or ""))
            assert one not in late or stamp(row) < stamp(landed[one])
            assert one not in updated or stamp(row) > stamp(landed[one])
            checked += one in late or one in updated
    assert checked >= 3 * (len(ROWS) - 1)


def test_rows_read_again_on_day_2_are_the_landed_rows(org: Org) -> None:
    for name in set(ROWS) - {"Contact", "Product2"}:
        for one in org.planted.ids(Mess.READ_AGAIN, source(name)):
            again = [row for row in org.changes[name] if row["Id"] and with_checksum(short(row["Id"])) == one]
            assert again == [by_id(org, name)[one]]


def test_the_second_load_holds_one_version_in_two_spellings_of_its_id_and_an_older_version(org: Org) -> None:
    landed, again = by_id(org, "Contact"), org.second_load["Contact"]
    pairs = [(row, landed[with_checksum(short(row["Id"] or ""))]) for row in again]
    same = [row for row, known in pairs if row == known]
    respelled = [row for row, known in pairs if row["Id"] != known["Id"] and {**row, "Id": known["Id"]} == known]
    older = [row for row, known in pairs if stamp(row) < stamp(known)]
    assert (len(respelled), len(older)) == (1, 1)
    assert len(again) == len(same) + len(respelled) + len(older)


def test_products_do_not_change(org: Org) -> None:
    assert [name for name in ROWS if not org.changes[name]] == ["Product2"]
