import { describe, expect, it } from "vitest";
import { isReaction } from "./reaction.ts";

describe("isReaction", () => {
  it.each([
    "Liked “See you at 7”",
    "Loved “See you at 7”",
    "Disliked “See you at 7”",
    "Laughed at “See you at 7”",
    "Emphasized “See you at 7”",
    "Emphasised “See you at 7”",
    "Questioned “See you at 7”",
    'Liked "See you at 7"',
    "Liked “Contoso: you will get no more texts. Reply STOP\nto opt out.”",
    "Liked “She said “yes” twice”",
    "Liked “A very long text that the phone shortens…”",
    "Liked “A very long text that the phone shortens…",
    "Loved an image",
    "Liked a movie",
    "Laughed at an attachment",
    "Liked an audio message",
    "Removed a like from “See you at 7”",
    "Removed a heart from “See you at 7”",
    "Removed an exclamation from “See you at 7”",
    "Removed a question mark from “See you at 7”",
    "Removed a laugh from an image",
    "Removed 🔥 from “See you at 7”",
    "Reacted 🔥 to “See you at 7”",
    "Reacted ❤️ to an image",
    "Reacted with 👍🏽 to “See you at 7”",
    "Reacted with a sticker to “See you at 7”",
    "\u200A\u200B👍\u200B to “\u200ASee you at 7\u200A”\u200A",
    "👍 to “See you at 7”",
    "❤️ to “See you at 7”",
    "Le gustó “Nos vemos a las 7”",
    "Le encantó “Nos vemos a las 7”",
    "Le encanta «Nos vemos a las 7»",
    "No le gustó “Nos vemos a las 7”",
    "Le dio risa “Nos vemos a las 7”",
    "Exclamó por “Nos vemos a las 7”",
    "Dudó sobre “Nos vemos a las 7”",
    "Le encantó una imagen",
    "Le gustó un archivo adjunto",
    "Reaccionó con 😂 a “Nos vemos a las 7”",
    "Eliminó un me gusta de “Nos vemos a las 7”",
    "Quitó 😂 de “Nos vemos a las 7”",
    "👍 a “Nos vemos a las 7”",
  ])("recognises %j", (text) => {
    expect(isReaction(text)).toBe(true);
  });

  it.each([
    "",
    "👍",
    "Liked it, thanks",
    "Loved the tent",
    "Liked “See you at 7” but I cannot come",
    "I liked “See you at 7”",
    "Questioned invoice 55 twice",
    "Removed a pole from “Ridge 2”, now it leaks",
    "You wrote “See you at 7”",
    "“See you at 7”",
    "My order to “Main Street 7”",
    "Le gustó mucho, gracias",
    "Me gusta el azul",
    "Eliminó el pedido de la lista",
    "Can I text to “12345”",
    "Reacted badly to “the new fabric”",
  ])("does not recognise %j", (text) => {
    expect(isReaction(text)).toBe(false);
  });
});
