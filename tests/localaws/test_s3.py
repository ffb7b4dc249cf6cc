"""Each patch of S3 is needed, as test_patches.py says of all of them."""

import json

from tests.localaws.account import LocalAws
from tests.localaws.error_codes import code


def test_s3_delete_markers(accounts: tuple[LocalAws, LocalAws]) -> None:
    def deleted(account: LocalAws) -> str:
        s3 = account.client("s3")
        s3.create_bucket(Bucket="marked", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        s3.put_bucket_versioning(Bucket="marked", VersioningConfiguration={"Status": "Enabled"})
        versions = [s3.put_object(Bucket="marked", Key="k", Body=b""), s3.delete_object(Bucket="marked", Key="k")]
        s3.put_bucket_versioning(Bucket="marked", VersioningConfiguration={"Status": "Suspended"})
        listed = [{"Key": "k", "VersionId": version["VersionId"]} for version in versions]
        return code(s3.delete_objects, Bucket="marked", Delete={"Objects": listed})

    plain, patched = map(deleted, accounts)
    assert (plain != "", patched) == (True, "")


def test_s3_policy_conditions(accounts: tuple[LocalAws, LocalAws]) -> None:
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::needed/*"}
    tls_only = statement | {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}

    def codes(account: LocalAws) -> list[str]:
        s3 = account.client("s3")
        s3.create_bucket(Bucket="needed", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        found = []
        for stated in (tls_only, statement):
            s3.put_bucket_policy(Bucket="needed", Policy=json.dumps({"Version": "2012-10-17", "Statement": [stated]}))
            found.append(code(s3.put_object, Bucket="needed", Key="k", Body=b""))
        s3.delete_bucket_policy(Bucket="needed")
        code(s3.delete_object, Bucket="needed", Key="k")
        s3.delete_bucket(Bucket="needed")
        return found

    assert [codes(account) for account in accounts] == [["403", "403"], ["", "403"]]
