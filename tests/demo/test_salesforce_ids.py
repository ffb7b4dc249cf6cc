"""Laws of record ids."""

from demo.salesforce_ids import salesforce_id, short, with_checksum, with_wrong_checksum


def test_the_checksum_is_salesforces_own() -> None:
    published = ("0015i00000abcdeAAA", "0055i000003uX2eAAE", "001D000000K0fXOIAZ")
    assert {full: with_checksum(short(full)) for full in published} == {full: full for full in published}


def test_records_whose_ids_differ_by_case_only_have_different_checksums() -> None:
    ids = [salesforce_id("Account", number) for number in range(62)]
    assert len({full.lower()[:15] for full in ids}) == 36
    assert len(set(ids)) == len({full.lower() for full in ids}) == 62


def test_a_wrong_checksum_is_wrong_for_every_id() -> None:
    ids = [salesforce_id("Contact", number) for number in range(2_000)]
    assert not [full for full in ids if with_wrong_checksum(full) == with_checksum(short(full))]
