"""Classes of rows by what another record of them sums up to: ABC, XYZ, RFM and where they stand in their life."""
