"""What is a credential by its looks: issuers' prefixes, hashes, secret addresses, arguments of known programs."""

import re
from typing import Final

_ISSUED: Final = (
    r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}",  # AWS
    r"gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{30,255}",
    r"gl(?:pat|rt|dt|ft|cbt|ptt|agent|soat|imt|oas)-[A-Za-z0-9_-]{20,255}",  # GitLab
    r"xox[abeoprs]-[A-Za-z0-9-]{10,255}|xapp-\d-[A-Za-z0-9-]{10,255}",  # Slack
    r"AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,2048}|GOCSPX-[A-Za-z0-9_-]{20,64}",  # Google
    r"[rs]k_(?:live|test)_[A-Za-z0-9]{16,255}|whsec_[A-Za-z0-9+/=]{20,255}",  # Stripe
    r"npm_[A-Za-z0-9]{36}|pypi-AgE[A-Za-z0-9_-]{13,1024}|rubygems_[a-f0-9]{48}",
    r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}|key-[0-9a-f]{32}",  # SendGrid, Mailgun
    r"hf_[A-Za-z0-9]{30,64}|sk-(?=[A-Za-z_-]{0,255}\d)[A-Za-z0-9_-]{20,255}",
    r"d(?:op|oo|or)_v1_[a-f0-9]{64}|dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,64}",  # DigitalOcean, Docker
    r"hv[sbr]\.[A-Za-z0-9_-]{20,512}|[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,128}",  # HashiCorp
    r"gl(?:sa_[A-Za-z0-9]{32}_[a-f0-9]{8}|c_[A-Za-z0-9+/=]{32,400})",  # Grafana
    r"shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}|sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{22,64}",  # Shopify, Square
    r"AT[AC]TT3[A-Za-z0-9_=-]{20,255}|lin_api_[A-Za-z0-9]{32,64}",  # Atlassian, Linear
    r"NRAK-[A-Z0-9]{27}|dapi[a-f0-9]{32}|PMAK-[a-f0-9]{24}-[a-f0-9]{34}",  # New Relic, Databricks, Postman
    r"tskey-[a-z]{3,10}-[A-Za-z0-9-]{10,128}|sbp_[a-f0-9]{40}|AGE-SECRET-KEY-1[A-Z0-9]{50,70}",
    r"\d{8,10}:AA[A-Za-z0-9_-]{32,36}",  # Telegram
    r"eyJ[A-Za-z0-9_-]{8,4096}\.eyJ[A-Za-z0-9_-]{8,8192}\.[A-Za-z0-9_-]{8,2048}",  # a JSON web token
)
ISSUED: Final = re.compile(rf"(?<![A-Za-z0-9_])(?:bot(?=\d))?(?:{'|'.join(_ISSUED)})(?![A-Za-z0-9_])")
"""Tokens by what their issuers put in front of them, so that leaked ones can be found."""

HASHED: Final = re.compile(r"\$(?:2[abxy]|1|5|6|y|apr1|argon2(?:id|i|d))\$[./A-Za-z0-9$=,+]{20,300}")
"""A password as crypt(3) and its like keep it."""

SECRET_PATH: Final = re.compile(
    r"(?P<name>(?:hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)|discord(?:app)?\.com/api/webhooks"
    r"|\.webhook\.office\.com/webhookb2|events\.pagerduty\.com/integration|hc-ping\.com)/)"
    r"(?P<equals>)(?P<value>[A-Za-z0-9][A-Za-z0-9@/_-]{7,400})"
)
"""Addresses at which whoever knows the path may write."""

_WITHIN: Final = r"[^\n|;&]{0,200}?\s"
_WORD: Final = r"(?P<quote>[\"']?)(?P<value>[^\s\"'`]+)(?P=quote)"
GIVEN: Final = tuple(
    (hints, re.compile(rf"(?P<name>\b{program}{_WITHIN}{flag})(?P<equals>){_WORD}"))
    for hints, program, flag in (
        (("mysql", "mariadb"), r"(?:mysql|mariadb)[\w-]{0,20}", "-p"),  # with a space behind it a database is named
        (("sshpass",), "sshpass", r"-p ?"),
        ((" login",), r"(?:docker|podman|helm|oras|crane|skopeo)\b[^\n|;&]{0,40}? login", r"-p[ =]?"),
        (("redis-cli",), "redis-cli", r"(?:-a|--pass)[ =]"),
        (("ldap",), r"ldap[a-z]{3,10}", r"-w[ =]?"),
        (("curl", "wget", "http"), r"(?:curl|wget|https?)", r"(?:-u|--user|-a|--auth)[ =]?[\"']?[^\s:\"']{1,80}:"),
        (("smbclient",), "smbclient", r"-U ?[^\s%]{1,80}%"),
    )
)
"""Passwords as arguments of programs that take them so: words of which one must be there, and the pattern."""
