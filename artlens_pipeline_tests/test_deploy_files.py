"""What `deploy/` says agrees with the code, with the pins, and with itself."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from dagster._config import validate_config
from dagster._core.instance.config import dagster_instance_config_schema

from artlens_pipeline.automation.jobs import WHOLE_MACHINE
from artlens_pipeline.fanout.place import COMPUTE, Place
from artlens_pipeline.settings import load_settings
from artlens_pipeline_tests.dagster_dev import LOCATION, ROOT
from artlens_pipeline_tests.deployed import DEPLOY, SERVICES, compose

PACKAGE = ROOT / "artlens_pipeline"
COMPOSED = ("compose.yaml", "compose.s3.yaml")
OF_SERVICES = {
    "postgres": r"POSTGRES_(DB|USER|PASSWORD)",
    "mongo": r"MONGO_INITDB_ROOT_(USERNAME|PASSWORD)",
    "s3": r"AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)",
    "bucket": r"AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|ENDPOINT_URL|DEFAULT_REGION)",
}
OF_LIBRARIES = r"AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|ENDPOINT_URL|DEFAULT_REGION)|DAGSTER_HOME"


def read(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / name).read_text()))


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if re.fullmatch(r"[\w.-]+==[\w.]+", line))


def project() -> dict[str, Any]:
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"])


def names_in_the_code() -> str:
    code = "".join(path.read_text() for path in PACKAGE.rglob("*.py"))
    return code + (DEPLOY / "dagster.yaml").read_text()


@pytest.mark.parametrize("name", COMPOSED)
def test_every_variable_is_read_by_what_gets_it(name: str) -> None:
    known = names_in_the_code()
    for service, said in read(name)["services"].items():
        for variable in said.get("environment", {}):
            if service in OF_SERVICES:
                assert re.fullmatch(OF_SERVICES[service], variable), (service, variable)
            elif not re.fullmatch(OF_LIBRARIES, variable):
                assert f'"{variable}"' in known or f"env: {variable}\n" in known, variable


def test_the_variables_of_dagster_yaml_are_set() -> None:
    asked = set(re.findall(r"env: (\w+)", (DEPLOY / "dagster.yaml").read_text()))
    assert len(asked) == 5
    for service in SERVICES:
        assert asked <= set(compose()["services"][service]["environment"])


def test_a_person_is_told_of_every_value_that_is_missing() -> None:
    text = "".join((DEPLOY / name).read_text() for name in COMPOSED)
    told = re.findall(r"^(\w+)=", (DEPLOY / ".env.example").read_text(), re.MULTILINE)
    assert set(re.findall(r"\$\{(\w+):\?", text)) == set(told)
    assert not re.search(r"\$\{\w+(:-.*)?\}", text), "no value of ours stands in for a password"


def test_dagster_yaml_is_valid_and_else_as_in_every_home() -> None:
    ours, packaged = read("dagster.yaml"), yaml.safe_load((PACKAGE / "dagster.yaml").read_text())
    checked = validate_config(dagster_instance_config_schema(), ours)
    assert checked.success, checked.errors
    assert ours["storage"]["postgres"]["postgres_db"]["scheme"] == "postgresql+psycopg2"
    assert set(ours) - set(packaged) == {"storage", "run_coordinator", "run_launcher"}
    assert {name for name in packaged if ours[name] != packaged[name]} == {"concurrency"}


def test_one_run_may_have_the_whole_machine() -> None:
    (limit,) = read("dagster.yaml")["concurrency"]["runs"]["tag_concurrency_limits"]
    assert {limit["key"]: limit["value"]} == WHOLE_MACHINE and limit["limit"] == 1
    values = read("kubernetes/values.yaml")["dagsterDaemon"]["runCoordinator"]["config"]
    queue = values["queuedRunCoordinator"]
    assert queue["tagConcurrencyLimits"] == [limit]
    most = read("dagster.yaml")["concurrency"]["runs"]["max_concurrent_runs"]
    assert queue["maxConcurrentRuns"] == most


def test_the_webserver_asks_the_code_server() -> None:
    (entry,) = read("workspace.yaml")["load_from"]
    server = entry["grpc_server"]
    code = compose()["services"][server["host"]]
    assert str(server["port"]) in code["command"]
    assert server["location_name"] == LOCATION["repositoryLocationName"]
    assert all(":" in port and port.startswith("127.") for port in ports()), "this machine alone"


def ports() -> list[str]:
    services = compose()["services"].values()
    return [port for service in services for port in service.get("ports", ())]


def test_versions_are_those_that_were_tested() -> None:
    image = f"artlens:{project()['version']}"
    for name in COMPOSED:
        assert set(re.findall(r"image: (artlens:\S+)", (DEPLOY / name).read_text())) == {image}
    values = (DEPLOY / "kubernetes" / "values.yaml").read_text()
    readme = (DEPLOY / "README.md").read_text()
    assert read("kubernetes/values.yaml")["dagsterDaemon"]["image"]["tag"] == project()["version"]
    assert f"version {pins()['dagster']})" in values
    assert f"--version {pins()['dagster']} " in readme
    assert f"`dagster-k8s` {pins()['dagster-k8s']}" in readme
    extras = project()["optional-dependencies"]
    for needed in (*extras["postgres"], *extras["kubernetes"], *extras["ray"]):
        assert re.split(r">=|\[", needed)[0] in pins()
    assert ray_cluster()["spec"]["rayVersion"] == pins()["ray"]


def ray_cluster() -> dict[str, Any]:
    documents = yaml.safe_load_all((DEPLOY / "kubernetes" / "ray.yaml").read_text())
    return next(dict(item) for item in documents if item["kind"] == "RayCluster")


def test_actors_have_the_image_and_the_volumes_of_runs() -> None:
    spec = ray_cluster()["spec"]
    groups = [spec["headGroupSpec"], *spec["workerGroupSpecs"]]
    values = read("kubernetes/values.yaml")
    image, runs = values["dagsterDaemon"]["image"], values["runLauncher"]["config"]
    run = runs["k8sRunLauncher"]["runK8sConfig"]
    for pod in (group["template"]["spec"] for group in groups):
        (container,) = pod["containers"]
        assert container["image"] == f"{image['repository']}:{image['tag']}"
        assert pod["securityContext"] == run["podSpecConfig"]["securityContext"]
        assert container["securityContext"] == run["containerConfig"]["securityContext"]
        assert pod["volumes"] == run["podSpecConfig"]["volumes"], "the same claims at the same"
        assert container["volumeMounts"] == run["containerConfig"]["volumeMounts"], "paths"
        said = {item["name"]: item.get("value") for item in container["env"]}
        home = next(e for e in run["containerConfig"]["env"] if e["name"] == "ARTLENS_HOME")
        assert said["ARTLENS_HOME"] == home["value"]
        assert said["RAY_AUTH_MODE"] == "token" and "RAY_AUTH_TOKEN" in said
    cores = load_settings(DEPLOY / "none")["compute"]["actor_cores"]
    (worker,) = groups[1]["template"]["spec"]["containers"]
    assert int(worker["resources"]["limits"]["cpu"]) == cores, "a node has room for an actor"
    assert groups[0]["rayStartParams"]["num-cpus"] == "0"


def test_runs_find_the_ray_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster, readme = ray_cluster(), (DEPLOY / "README.md").read_text()
    (address,) = re.findall(r"`ARTLENS_COMPUTE=(\S+)`", readme)
    monkeypatch.setenv(COMPUTE, address)
    port = cluster["spec"]["headGroupSpec"]["rayStartParams"]["ray-client-server-port"]
    assert Place.current().address == f"ray://{cluster['metadata']['name']}-head-svc:{port}"
    (head,) = cluster["spec"]["headGroupSpec"]["template"]["spec"]["containers"]
    assert int(port) in [item["containerPort"] for item in head["ports"]]
    documents = yaml.safe_load_all((DEPLOY / "kubernetes" / "ray.yaml").read_text())
    policy = next(item for item in documents if item["kind"] == "NetworkPolicy")["spec"]
    labels = {"ray.io/cluster": cluster["metadata"]["name"]}
    assert policy["podSelector"]["matchLabels"] == labels
    release = re.search(r"helm install (\S+) dagster/dagster", readme)
    instance = {"app.kubernetes.io/instance": release[1] if release else ""}
    allowed = [item["podSelector"]["matchLabels"] for item in policy["ingress"][0]["from"]]
    assert allowed == [labels, instance]


def test_the_image_is_of_files_that_are_there() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    python = re.findall(r"FROM python:(\d+\.\d+)-", text)
    assert len(python) == 2 and set(python) == {"3.11"}
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", text, re.MULTILINE)
    sources = [source for line in copied for source in line.split()]
    let_in = re.findall(r"^!(.+)$", (DEPLOY / "Dockerfile.dockerignore").read_text(), re.MULTILINE)
    assert sorted(sources) == sorted(let_in)
    assert all((ROOT / source).exists() for source in sources)
    extras = re.search(r'"\.\[(.+)\]"', text)
    assert extras and set(extras[1].split(",")) <= set(project()["optional-dependencies"])
    assert "USER artlens" in text and "HEALTHCHECK" in text


def test_manifests_hold_no_secret_and_refer_to_those_that_the_page_makes() -> None:
    readme = (DEPLOY / "README.md").read_text()
    made = set(re.findall(r"kubectl create secret generic (\S+)", readme))
    text = "".join(path.read_text() for path in (DEPLOY / "kubernetes").glob("*.yaml"))
    assert "kind: Secret" not in text and "stringData" not in text
    (postgres,) = re.findall(r"postgresqlSecretName: (\S+)", text)
    (ray,) = set(re.findall(r"secretKeyRef: \{name: (\S+), key: auth_token\}", text))
    assert {postgres, "artlens-mongo", ray} == made
    assert f"generic {ray} --from-literal=auth_token=" in readme
    documents = list(yaml.safe_load_all((DEPLOY / "kubernetes" / "databases.yaml").read_text()))
    mongo = next(item for item in documents if item["kind"] == "MongoDBCommunity")
    user, name = mongo["spec"]["users"][0], mongo["metadata"]["name"]
    assert f"name: {name}-{user['db']}-{user['name']}" in text, "what the operator calls it"


def test_the_page_names_files_that_are_there() -> None:
    readme = (DEPLOY / "README.md").read_text()
    for link in re.findall(r"\]\(([^)#:]+)\)", readme):
        assert (DEPLOY / link).exists(), link
    for path in re.findall(r"deploy/[\w./-]+\w", readme):
        assert (ROOT / path).exists(), path
    assert all((DEPLOY / Path(name)).exists() for name in COMPOSED)
