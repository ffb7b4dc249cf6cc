"""What `make demo` runs on: a sample Salesforce org, a local AppFlow and a sample REST API, all made from one seed."""
