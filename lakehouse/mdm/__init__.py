"""Master data: from conformed source records to golden customers, every decision explained."""
