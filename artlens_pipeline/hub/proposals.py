"""Pull requests of a repository on the Hub.

Belongs here: which there are. Does not belong here: what they hold (`repository.resolve` takes the
references), or whom to trust.
"""

from artlens_pipeline.hub.asked import Asked, Kind
from artlens_pipeline.hub.asking import ask


def open_proposals(kind: Kind, repo_id: str, author: str) -> list[str]:
    """The references (`refs/pr/N`) of an author's open pull requests, the newest first.

    Raises NotOnHub, HubOutOfReach or another ArtLensError.
    """
    from huggingface_hub import HfApi

    found = ask(
        lambda: list(
            HfApi().get_repo_discussions(
                repo_id,
                author=author,
                discussion_type="pull_request",
                discussion_status="open",
                repo_type=kind,
            )
        ),
        Asked(kind, repo_id),
    )
    # The Hub filters by these already; who wrote weights is not left to its query string.
    numbers = [
        item.num
        for item in found
        if item.is_pull_request and item.status == "open" and item.author == author
    ]
    return [f"refs/pr/{number}" for number in sorted(numbers, reverse=True)]
