import { fold } from "./fold.ts";

/*
 * Phones without iMessage or RCS get a reaction as a text that quotes what it is about. The forms below are folded.
 * Sources: texts of iOS and Google Messages, as github.com/octoshrimpy/quik and FossifyOrg/Messages#190 collect them.
 */

/** What a reaction is about: the quoted text, which a phone may shorten, or the kind of a message without one. */
const TARGET =
  /^(?:".*"|'.*'|".*(?:\.\.\.)|your message|(?:an?|\d{1,3}) (?:images?|photos?|pictures?|movies?|videos?|gifs?|stickers?|attachments?|files?|audio messages?|voice messages?|links?|locations?|contacts?|messages?)|[st]u mensaje|(?:un[ao]?|\d{1,3}) (?:imagen(?:es)?|fotos?|peliculas?|videos?|gifs?|stickers?|archivos?(?: adjuntos?)?|documentos?(?: adjuntos?)?|adjuntos?|mensajes?(?: de (?:audio|voz))?|audios?|notas? de voz|enlaces?|ubicacion(?:es)?|contactos?))\.?$/su;

const BEGINNINGS: readonly RegExp[] = [
  /^(?:loved|liked|disliked|laughed at|emphasi[sz]ed|questioned) /u,
  /^removed (?:an? (?:heart|love|like|dislike|laugh|exclamation|exclamation mark|exclamation point|emphasis|question|question mark|reaction|sticker)|[^\p{L}"']{1,20}) (?:from|to) /u,
  /^reacted (?:with )?(?:a sticker|[^\p{L}"']{1,20}) to /u,
  /^(?:(?:no )?le gust(?:[oa]|aron)|le encant(?:[oa]|aron)|le (?:dio|da|causo|hizo) (?:risa|gracia)|se rio (?:de|con)|exclamo (?:por|sobre|ante)|dudo (?:sobre|de)|pregunto (?:por|sobre)|cuestiono|enfatizo|destaco) (?:a |de |por )?/u,
  /^(?:(?:no )?le ha (?:gustado|encantado|hecho gracia|dado risa)|se ha reido (?:de|con)|ha (?:exclamado|preguntado|dudado|cuestionado|enfatizado|destacado)|ha puesto enfasis en|puso enfasis en|resalto) (?:a |de |por |sobre |ante )?/u,
  /^(?:elimino|quito|retiro|borro|ha (?:eliminado|quitado|retirado|borrado)) (?:(?:un|una|el|la|su) (?:[\p{L}!?"' ]{1,30}?)|[^\p{L}"']{1,20}) (?:de|en|a) /u,
  /^(?:reacciono|ha reaccionado) (?:con )?(?:un sticker|[^\p{L}"']{1,20}) (?:a|en) /u,
  /^[^\p{L}\p{N}"']{1,20}(?:to|a|en|from|de|removed from) /u,
];

/**
 * Whether a text is a reaction to an earlier text, as an iPhone or an Android phone writes it in English or Spanish. A
 * customer who types the same words means the same.
 */
export const isReaction = (text: string): boolean => {
  const folded = fold(text);
  return BEGINNINGS.some((beginning) => {
    const match = beginning.exec(folded);
    return match !== null && TARGET.test(folded.slice(match[0].length));
  });
};
