"""The Salesforce formula language: parser, printer, checker, linter and evaluator. It knows no org and no model."""
