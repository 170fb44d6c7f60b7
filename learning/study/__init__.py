"""What was studied: activities, the ledger of study entries, totals, the weekly target."""
