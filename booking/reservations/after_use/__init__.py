"""After the use: who came, who did not, and whom a person has to look at."""
