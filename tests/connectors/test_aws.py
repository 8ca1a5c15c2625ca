"""On AWS as moto plays it: EventBridge → SQS → handler → dead-letter queue, secrets, and their rotation."""

import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lakehouse.connectors import change_events, rfc, rotation, secrets, settings
from lakehouse.connectors.errors import SecretExpired, SecretMissing, SourceRefused
from lakehouse.standins import account_events
from lakehouse.standins.account_events import event
from lakehouse.standins.enterprise import Enterprise
from tests.connectors import frames

boto3 = pytest.importorskip("boto3", reason="requirements-connectors.txt is not installed")
moto = pytest.importorskip("moto", reason="requirements-dev.txt is not installed")

REGION = "eu-central-1"
NOON = datetime(2026, 2, 1, 12)
RULE = (
    Path(__file__).parents[2] / "infra/lambda/account_change_event_rule.json"
).read_text()  # gap events must come through as well
NO_FILE = Path("there-is-no-such-file.toml")


@pytest.fixture
def aws(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with moto.mock_aws():
        yield


@pytest.fixture
def queues(aws):
    """A rule on the event bus that puts account events in a queue, whose failures go to another after two receipts."""
    sqs, events = boto3.client("sqs"), boto3.client("events")
    dead = sqs.create_queue(QueueName="account-change-events-dead")["QueueUrl"]
    dead_arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2})
    live = sqs.create_queue(
        QueueName="account-change-events", Attributes={"RedrivePolicy": redrive, "VisibilityTimeout": "0"}
    )["QueueUrl"]
    live_arn = sqs.get_queue_attributes(QueueUrl=live, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="account-change-event", EventPattern=RULE)
    events.put_targets(Rule="account-change-event", Targets=[{"Id": "queue", "Arn": live_arn}])
    return sqs, events, live, dead


def put(events, *sent: dict) -> None:
    entries = [
        {"Source": one["source"], "DetailType": one["detail-type"], "Detail": json.dumps(one["detail"])} for one in sent
    ]
    assert events.put_events(Entries=entries)["FailedEntryCount"] == 0


def drain(sqs, queue, turns: int = 6) -> None:
    for _ in range(turns):
        account_events.poll(sqs, queue, change_events.handler)


def test_from_the_rule_to_bronze_and_the_dead_letter_queue(queues, store, monkeypatch):
    monkeypatch.setenv("LAKEHOUSE_URI", store.uri)
    sqs, events, live, dead = queues
    ids = [f"0015g00000ABC{n:02d}AAA" for n in range(1, 6)]
    kinds = ["UPDATE", "UPDATE", "CREATE", "DELETE", "GAP_UPDATE"]
    good = [event([one], kind, at=NOON, commit_number=n) for n, (one, kind) in enumerate(zip(ids, kinds, strict=True))]
    bad = event([ids[0]], "UPDATE", {"Phone": "x"}, at=NOON)
    del bad["detail"]["payload"]["ChangeEventHeader"]["transactionKey"]
    other = event([ids[0]], "UPDATE", at=NOON) | {"detail-type": "ContactChangeEvent"}
    put(events, *good, bad, other, good[2])  # one of them is sent twice
    drain(sqs, live)
    assert sorted(store.read(change_events.TABLE)["record_id_sf"]) == ids
    waiting = sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10)["Messages"]
    assert [json.loads(message["Body"])["detail-type"] for message in waiting] == ["AccountChangeEvent"]
    assert "Messages" not in sqs.receive_message(QueueUrl=live)


def test_the_handler_lands_on_s3(monkeypatch):
    """Against a local S3 server, for delta-rs does not go through boto3."""
    from deltalake import DeltaTable
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        settings_ = {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_REGION": REGION,
            "AWS_CONDITIONAL_PUT": "etag",
            "LAKEHOUSE_URI": "s3://lakehouse",
        }
        for name, value in settings_.items():
            monkeypatch.setenv(name, value)
        s3 = boto3.client("s3", region_name=REGION, endpoint_url=settings_["AWS_ENDPOINT_URL"])
        s3.create_bucket(Bucket="lakehouse", CreateBucketConfiguration={"LocationConstraint": REGION})
        sent = {"Records": [{"messageId": "m", "body": json.dumps(event(["001A", "001B"], "DELETE", at=NOON))}]}
        for _ in range(2):
            assert change_events.handler(sent) == {"batchItemFailures": []}
        landed = DeltaTable("s3://lakehouse/bronze/sf_account_change_event")
        assert sum(landed.get_add_actions(flatten=True)["num_records"].to_pylist()) == 2
    finally:
        server.stop()


SAP = {"ashost": "sap.test", "sysnr": "00", "client": "100", "user": "MDM_EXTRACT", "passwd": "first-password"}
NAME = "mdm/sap/ecc-production"


def keep(values: dict, name: str = NAME) -> str:
    return boto3.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(values))["ARN"]


def find(system: str = "sap", **options) -> secrets.Credential | None:
    environment = options.pop("environment", {"AWS_REGION": REGION})
    return secrets.find(settings.NEEDED[system], environment=environment, streamlit_secrets=NO_FILE, **options)


def test_the_current_version_of_a_secret_is_read(aws):
    arn = keep(SAP)
    client = boto3.client("secretsmanager")
    client.put_secret_value(
        SecretId=arn, SecretString=json.dumps(SAP | {"passwd": "pending-one"}), VersionStages=["AWSPENDING"]
    )
    found = find()
    assert found.values["passwd"] == "first-password"
    assert found.origin == f"AWS Secrets Manager, {NAME}"
    client.put_secret_value(SecretId=arn, SecretString=json.dumps(SAP | {"passwd": "second-password"}))
    assert find().values["passwd"] == "second-password"
    assert "second-password" not in repr(find())


def test_aws_comes_before_the_environment_and_a_missing_secret_after(aws):
    variables = {f"SAP_{name.upper()}": f"env-{value}" for name, value in SAP.items()} | {"AWS_REGION": REGION}
    assert find(environment=variables).origin == "the environment"
    keep(SAP)
    assert find(environment=variables).values["user"] == "MDM_EXTRACT"
    other = variables | {"MDM_SECRET_SAP": "mdm/sap/quality"}
    assert find(environment=other).origin == "the environment"


def test_a_secret_in_part_is_an_error_that_names_the_rest(aws):
    keep({"ashost": "sap.test", "user": "MDM_EXTRACT"})
    with pytest.raises(
        SecretMissing, match=rf"sap credential in AWS Secrets Manager, {NAME} lacks sysnr, client, passwd"
    ):
        find()


def test_a_secret_that_is_no_json_is_an_error(aws):
    boto3.client("secretsmanager").create_secret(Name=NAME, SecretString="just-a-password")
    with pytest.raises(SecretMissing, match="holds no JSON object") as raised:
        find()
    assert "just-a-password" not in str(raised.value)


def test_an_expired_secret_names_itself_and_the_way_to_rotate_it(aws):
    keep(SAP | {"expires_at": "2026-01-31"})
    with pytest.raises(SecretExpired, match=rf"expired on 2026-01-31; rotate it with: .*--secret-id {NAME}"):
        find(now=datetime(2026, 2, 1, tzinfo=UTC))
    assert find(now=datetime(2026, 1, 30, tzinfo=UTC)) is not None


def test_a_secret_older_than_ninety_days_is_due(aws, caplog):
    keep(SAP)
    soon, late = (datetime.now(UTC) + timedelta(days=days) for days in (89, 92))
    find(now=soon)
    assert caplog.text == ""
    find(now=late)
    assert "rotation is due after 90" in caplog.text


def test_a_refusal_of_aws_is_not_taken_for_a_missing_secret():
    from botocore.exceptions import ClientError

    class Denied:
        def get_secret_value(self, **named):
            assert named["VersionStage"] == "AWSCURRENT"
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetSecretValue")

    with pytest.raises(SourceRefused, match=r"AccessDeniedException.*grant secretsmanager:GetSecretValue"):
        find(client=Denied())


@pytest.fixture
def sap(tmp_path, monkeypatch):
    """A SAP stand-in whose user has the secret's password; rfc.connect reaches it."""
    played = Enterprise(frames.all_frames(), tmp_path).sap
    played.users = {SAP["user"]: SAP["passwd"]}
    monkeypatch.setattr(rfc, "connect", played.connect)
    return played


@pytest.fixture
def rotating(aws):
    """A secret in rotation: its ARN, and a token of the version to come."""
    arn = keep(SAP)
    client = boto3.client("secretsmanager")
    token = "11111111-2222-3333-4444-555555555555"
    return client, arn, token


def stages(client, arn: str) -> dict[str, list[str]]:
    return {k: sorted(v) for k, v in client.describe_secret(SecretId=arn)["VersionIdsToStages"].items() if v}


def test_the_four_steps_change_the_password_in_both_places(rotating, sap):
    client, arn, token = rotating
    system = rotation.SYSTEMS["sap"]
    now = datetime(2026, 2, 1, tzinfo=UTC)
    rotation.create_secret(client, arn, token, system, now)
    rotation.set_secret(client, arn, token, system)
    rotation.test_secret(client, arn, token, system)
    assert find().values["passwd"] == SAP["passwd"]  # until the last step
    rotation.finish_secret(client, arn, token)
    found = find(now=now)
    assert sap.users[SAP["user"]] == found.values["passwd"] != SAP["passwd"]
    assert len(found.values["passwd"]) == 32
    assert found.values["expires_at"] == "2026-06-01"
    assert found.values["user"] == SAP["user"]
    assert "AWSCURRENT" in stages(client, arn)[token]


def test_each_step_may_be_called_again(rotating, sap):
    client, arn, token = rotating
    system = rotation.SYSTEMS["sap"]
    passwords = set()
    for _ in range(2):
        rotation.create_secret(client, arn, token, system)
        rotation.set_secret(client, arn, token, system)
        passwords.add(sap.users[SAP["user"]])
        rotation.test_secret(client, arn, token, system)
    for _ in range(2):
        rotation.finish_secret(client, arn, token)
    assert len(passwords) == 1
    assert sap.calls["SUSR_USER_CHANGE_PASSWORD_RFC"] == 1
    assert find().values["passwd"] in passwords


def test_a_password_that_does_not_work_is_never_made_current(rotating, sap):
    client, arn, token = rotating
    system = rotation.SYSTEMS["sap"]
    rotation.create_secret(client, arn, token, system)
    with pytest.raises(SourceRefused):
        rotation.test_secret(client, arn, token, system)
    assert find().values["passwd"] == SAP["passwd"]


def test_a_step_without_the_one_before_says_so(rotating, sap):
    client, arn, token = rotating
    with pytest.raises(SecretMissing, match="createSecret comes first"):
        rotation.set_secret(client, arn, token, rotation.SYSTEMS["sap"])


def test_salesforce_issues_its_secrets_itself(aws):
    client = boto3.client("secretsmanager")
    arn = keep(
        {"instance_url": "https://x", "consumer_key": "k", "consumer_secret": "s3cret-one"}, "mdm/salesforce/production"
    )
    with pytest.raises(SecretMissing, match=r"its source system issues.*--version-stages AWSPENDING"):
        rotation.create_secret(client, arn, "11111111-2222-3333-4444-555555555555", rotation.SYSTEMS["salesforce"])


def test_oracle_rotates_as_well(aws, tmp_path):
    played = Enterprise(frames.all_frames(), tmp_path)
    values = {"user": "MDM_EXTRACT", "password": played.passwords["oracle"], "dsn": played.oracle_dsn}
    arn = keep(values, "mdm/oracle/ebs-production")
    client, token, system = boto3.client("secretsmanager"), "1" * 32, rotation.SYSTEMS["oracle"]
    rotation.create_secret(client, arn, token, system)
    rotation.set_secret(client, arn, token, system)
    rotation.test_secret(client, arn, token, system)
    rotation.finish_secret(client, arn, token)
    assert find("oracle").values["password"] != values["password"]
    system.test(dict(find("oracle").values))
    with pytest.raises(SourceRefused, match="ORA-01017"):
        system.test(values)


def test_the_lambda_runs_the_steps_that_secrets_manager_names(rotating, sap, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    client, arn, token = rotating
    described = client.describe_secret(SecretId=arn)
    monkeypatch.setattr(
        rotation, "_check_version", lambda client, arn, token: None
    )  # moto opens no pending version for a rotation without a Lambda
    for step in ("createSecret", "setSecret", "testSecret", "finishSecret"):
        rotation.handler({"SecretId": arn, "ClientRequestToken": token, "Step": step})
    assert find().values["passwd"] == sap.users[SAP["user"]]
    with pytest.raises(ValueError, match="unknown rotation step 'dance'"):
        rotation.handler({"SecretId": arn, "ClientRequestToken": token, "Step": "dance"})
    assert described["Name"] == NAME


def test_only_a_secret_in_rotation_is_touched(rotating):
    _, arn, token = rotating
    with pytest.raises(SecretMissing, match="rotation is not enabled"):
        rotation.handler({"SecretId": arn, "ClientRequestToken": token, "Step": "createSecret"})
