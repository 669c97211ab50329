"""Paper: pages as PDF (pdf/ua) and addresses as QR codes."""
