"""The sources of `make demo`: a sample Salesforce org, a local AppFlow and a sample REST API, made from one seed."""
