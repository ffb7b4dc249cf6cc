"""lakehouse: from raw Salesforce and REST data to audited silver and gold tables."""
