"""Faults of S3 in a line that says what to do; none of them holds a key or a signature."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)

from artlens_pipeline.errors import ArtLensError

_ABSENT = {"NoSuchKey", "404", "NotFound"}
_REFUSED = {
    *("401", "403", "AccessDenied", "AllAccessDisabled", "ExpiredToken", "InvalidAccessKeyId"),
    *(
        "InvalidToken",
        "SignatureDoesNotMatch",
        "RequestTimeTooSkewed",
        "AuthorizationHeaderMalformed",
    ),
}
_CHECK_ACCESS = (
    "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, and what they may do there"
)


def is_absent(error: ClientError) -> bool:
    """Whether S3 says that there is no such object; a bucket that is not there is a fault."""
    return _code(error) in _ABSENT


@contextmanager
def clear(place: str) -> Iterator[None]:
    """ArtLensError for what goes wrong at a place, after boto3 has tried again."""
    try:
        yield
    except (NoCredentialsError, PartialCredentialsError, ProfileNotFound) as error:
        raise ArtLensError(f"no credentials for {place}; {_CHECK_ACCESS}") from error
    except (ClientError, S3UploadFailedError) as error:
        raise ArtLensError(_of_answer(place, error)) from error
    except BotoCoreError as error:
        kind = type(error).__name__
        raise ArtLensError(f"S3 does not answer for {place} ({kind}); {_again()}") from error


def _of_answer(place: str, error: ClientError | S3UploadFailedError) -> str:
    cause = error if isinstance(error, ClientError) else error.__context__
    code = _code(cause) if isinstance(cause, ClientError) else type(cause).__name__
    bucket = place.removeprefix("s3://").partition("/")[0]
    if code == "NoSuchBucket":
        return (
            f"there is no bucket {bucket}{_at()}; make it, or set ARTLENS_LAKE to another "
            "s3://bucket/prefix"
        )
    if code in _REFUSED:
        return f"S3 refuses access to {place} ({code}); {_CHECK_ACCESS}"
    return f"S3 fails for {place} ({code}); {_again()}"


def _again() -> str:
    return (
        f"it was tried several times; see whether it can be reached{_at()}, and run again: what "
        "was finished and published before still stands"
    )


def _at() -> str:
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    # Of a URL that holds a password, nothing.
    return f" at {endpoint}" if endpoint and "@" not in endpoint else ""


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
