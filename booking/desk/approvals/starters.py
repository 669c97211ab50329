"""The ready reasons that an owner can begin with: Finnish, Swedish, English. They become its own to edit."""

from typing import Final

STARTERS: Final = (
    (
        "Tilassa on silloin remontti tai huolto. Katso toinen aika tai tila.",
        "Lokalen renoveras eller underhålls då. Titta på en annan tid eller lokal.",
        "The room is being repaired or maintained then. Please look for another time or room.",
    ),
    (
        "Omistaja tarvitsee tilan silloin itse. Muut ajat ovat vapaasti pyydettävissä.",
        "Ägaren behöver själv lokalen då. Andra tider kan fritt begäras.",
        "The owner needs the room itself then. Other times can be asked for freely.",
    ),
    (
        "Aika annettiin toiselle julkaistujen jakoperusteiden mukaan. Perusteet ovat omistajan sivulla.",
        "Tiden gavs till en annan enligt de publicerade fördelningsprinciperna. De finns på ägarens sida.",
        "The time was given to another by the published allocation criteria. They are on the owner's page.",
    ),
    (
        "Tila ei sovi tähän käyttöön. Ota yhteyttä, niin etsitään sopiva tila.",
        "Lokalen lämpar sig inte för detta bruk. Ta kontakt, så söker vi en lämplig lokal.",
        "The room does not suit this use. Contact us and we will find one that does.",
    ),
    (
        "Pyynnöstä puuttuu tietoja, eikä kysymykseen tullut vastausta. Pyydä uudelleen tietojen kanssa.",
        "Begäran saknar uppgifter och frågan fick inget svar. Begär på nytt när uppgifterna finns.",
        "The request lacks details and our question was not answered. Please ask again with the details.",
    ),
)
