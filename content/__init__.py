"""What is studied: pages, blocks, partners. It asks `learning` only through `learning.api`."""
