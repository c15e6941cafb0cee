# SPDX-License-Identifier: Apache-2.0
class HasFbThreatExchangeIndicatorType:
    """Says by INDICATOR_TYPE what the API of ThreatExchange calls the signal."""

    INDICATOR_TYPE = set()
