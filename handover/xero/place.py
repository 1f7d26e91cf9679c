"""Where Xero is, and as which app we ask: what differs between installations."""

from dataclasses import dataclass

#: Granular scopes: apps that were made since March 2026 get no others.
SCOPES = (
    "offline_access openid profile email accounting.invoices accounting.payments"
    " accounting.contacts accounting.settings.read"
)
LOGIN_URL = "https://login.xero.com/identity/connect/authorize"
IDENTITY_URL = "https://identity.xero.com"
API_URL = "https://api.xero.com"
#: Requests that Xero allows for an organisation: a minute, and a day with the free tier of apps.
A_MINUTE, A_DAY = 60, 1000


@dataclass(frozen=True)
class XeroPlace:
    """Addresses without a slash at the end; limits of 0 are lifted."""

    client_id: str = ""
    client_secret: str = ""
    login_url: str = LOGIN_URL
    identity_url: str = IDENTITY_URL
    api_url: str = API_URL
    scopes: str = SCOPES
    minute: int = A_MINUTE
    day: int = A_DAY

    def __repr__(self) -> str:
        return f"XeroPlace({self.api_url})"

    @property
    def is_set_up(self) -> bool:
        """Whether an operator has told which app we are."""
        return bool(self.client_id)
