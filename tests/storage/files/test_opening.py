"""A store from one URL."""

import asyncio
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import aioboto3
import pytest

from storage.files.errors import Denied, InvalidAddress, Unreachable
from storage.files.filesystem import Filesystem
from storage.files.interface import MEBIBYTE, Ability, Area, Key, Under
from storage.files.memory import Memory
from storage.files.opening import check_address, folder_of, name_of, open_store, shown
from storage.files.s3 import S3
from storage.files.s3_bucket import Bucket
from tests.servers.radosgw import Server
from tests.storage.files.places import chunks_of, new_bucket, some_bytes

BUCKET = "s3://AKIA:s%2Fcret@papers/some/prefix/?endpoint=https://s3.example.org&region=eu-central-1&public=https://files.example.org"


def test_a_url_opens_the_store_it_names(tmp_path: Path) -> None:
    assert isinstance(open_store(tmp_path.as_uri()), Filesystem)
    assert isinstance(open_store("memory://"), Memory)
    bucket = open_store(BUCKET)
    assert type(bucket).__name__ == "S3"
    assert Ability.OWN_LINKS in bucket.abilities


def test_a_store_is_called_by_its_scheme_or_by_its_name() -> None:
    assert [open_store(url).name for url in ("memory://", "file:///srv/files", BUCKET)] == ["memory", "file", "s3"]
    assert [name_of(f"{url}name=old-one") for url in ("memory://?", "file:///srv?", f"{BUCKET}&")] == ["old-one"] * 3


def test_a_folder_may_have_spaces_and_other_letters() -> None:
    assert folder_of("file:///srv/files%20of%20practice/%C3%A4") == Path("/srv/files of practice/ä")
    assert folder_of("memory://") is None


def test_the_access_key_is_not_shown() -> None:
    assert "cret" not in shown(BUCKET)
    assert "AKIA" not in shown(BUCKET)
    assert shown(BUCKET).startswith("s3://papers/some/prefix/?endpoint=")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "begins with neither"),
        ("/srv/files", "begins with neither"),
        ("https://bucket/x", "begins with neither"),
        ("file://host/folder", "three slashes"),
        ("file://", "no folder"),
        ("file:///", "no folder"),
        ("file:///srv/../etc", "no folder"),
        ("file:///srv/%00", "no folder"),
        ("file:///srv?endpoint=https://x", "'endpoint' is nothing that file:// takes"),
        ("file:///srv#1", "%23"),
        ("file:///srv?name=Two%20Words", "a name has"),
        ("s3://", "name of the bucket"),
        ("s3://bucket:80/x", "name of the bucket"),
        ("s3://key:s3cret@/x", "name of the bucket"),
        ("s3://key@bucket", "two parts"),
        ("s3://key:s3cret@bucket?endpoint=s3.example.org", "endpoint= is not an address"),
        ("s3://key:s3cret@bucket?endpoint=https://s3.example.org/bucket", "endpoint= is not an address"),
        ("s3://bucket?public=https://x.example", "needs endpoint"),
        ("s3://bucket?addressing=any", "path, virtual or auto"),
        ("s3://bucket?secret=s3cret", "'secret' is nothing"),
        ("s3://bucket?x", "not a URL"),
        ("s3://[bucket", "not a URL"),
        ("memory://somewhere", "followed by nothing"),
    ],
)
def test_a_wrong_url_is_refused_with_what_is_wrong_and_no_secret(url: str, says: str) -> None:
    with pytest.raises(InvalidAddress) as refused:
        check_address(url)
    assert says in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_a_folder_does_not_load_the_library_of_s3() -> None:
    program = "import sys; from storage.files.opening import open_store; open_store('file:///srv'); print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {
        name for name in said.stdout.split() if name.partition(".")[0] in ("aioboto3", "botocore", "aiohttp")
    } == set()


async def test_a_server_that_does_not_answer_is_unreachable() -> None:
    store = open_store("s3://any:anything@bucket?endpoint=http://127.0.0.1:9&region=us-east-1")
    with pytest.raises(Unreachable, match="does not answer"):
        await asyncio.wait_for(store.check(), 60)
    await store.close()


async def test_a_missing_bucket_is_said(moto_endpoint: str) -> None:
    store = open_store(f"s3://any:anything@nobodys?endpoint={moto_endpoint}&region=us-east-1")
    with pytest.raises(Unreachable, match="no such bucket"):
        await store.check()
    await store.close()


async def test_a_bucket_whose_links_lead_nowhere_is_unwell(moto_endpoint: str) -> None:
    name = await new_bucket(moto_endpoint, "any", "anything")
    public = "&public=http://127.0.0.1:9"
    store = open_store(f"s3://any:anything@{name}?endpoint={moto_endpoint}&region=us-east-1{public}")
    with pytest.raises(Unreachable):
        await store.check()
    await store.close()


@pytest.mark.proof
async def test_pages_of_other_origins_need_a_rule_of_the_bucket(radosgw_server: Server) -> None:
    server, origin = radosgw_server, "https://app.example.org"
    name = await new_bucket(server.endpoint, server.access_key, server.secret_key)
    at = f"{server.access_key}:{server.secret_key}@{name}?endpoint={server.endpoint}"
    store = open_store(f"s3://{at}&region=us-east-1")
    with pytest.raises(Denied, match="CORS"):
        await store.check(origins=[origin])
    await allow_pages_of(server, name, origin)
    assert "refuses to replace" in await store.check(origins=[origin])
    with pytest.raises(Denied, match="elsewhere"):
        await store.check(origins=["https://elsewhere.example.org"])
    await store.close()


@pytest.mark.proof
async def test_a_wrong_access_key_is_denied(radosgw_server: Server) -> None:
    name = await new_bucket(radosgw_server.endpoint, radosgw_server.access_key, radosgw_server.secret_key)
    store = open_store(f"s3://test:wrong@{name}?endpoint={radosgw_server.endpoint}&region=us-east-1")
    with pytest.raises(Denied):
        await store.check()
    await store.close()


@pytest.fixture(params=["moto", pytest.param("radosgw", marks=pytest.mark.proof)])
def at(request: pytest.FixtureRequest) -> Server:
    """Each server of buckets in turn."""
    if request.param == "moto":
        return Server(request.getfixturevalue("moto_endpoint"), "any", "anything")
    server: Server = request.getfixturevalue("radosgw_server")
    return server


async def test_what_is_too_large_for_one_request_is_copied_in_parts(at: Server) -> None:
    name = await new_bucket(at.endpoint, at.access_key, at.secret_key)
    where = Bucket(
        bucket=name, endpoint=at.endpoint, region="us-east-1", access_key=at.access_key, secret_key=at.secret_key,
        addressing="path",
    )  # fmt: skip
    store = S3(where, most_copied_bytes=5 * MEBIBYTE)
    content, source = some_bytes(12 * MEBIBYTE), Key.made(uuid4(), Area.STAGING)
    await store.put(source, chunks_of(content), size=len(content))
    assert (await store.copy(source, source.within(Area.FINAL))).size == len(content)
    async with store.open(source.within(Area.FINAL)) as opened:
        assert await opened.read() == content
    assert [one async for one in store.parts_begun(Under())] == []
    await store.close()


async def allow_pages_of(server: Server, bucket: str, origin: str) -> None:
    """What somebody who runs a bucket does once."""
    session = aioboto3.Session(
        aws_access_key_id=server.access_key, aws_secret_access_key=server.secret_key, region_name="us-east-1"
    )
    headers = ["content-type", "if-none-match", "x-amz-checksum-sha256"]
    rule = {"AllowedOrigins": [origin], "AllowedMethods": ["GET", "PUT"], "AllowedHeaders": headers}
    async with session.client("s3", endpoint_url=server.endpoint) as client:
        await client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
