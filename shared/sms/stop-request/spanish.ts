import { phrasesOf } from "./phrases.ts";

/** Clauses are folded: "más" is "mas", "ñ" is "n". */
const GROUPS = {
  mensajes:
    "mensajes?|sms|textos?|publicidad|spam|promociones|promocion|notificaciones|alertas|avisos|ofertas?|recordatorios|comunicaciones|propaganda|anuncios",
  relleno:
    "con|de|del|los|las|sus|tus|estos|estas|esos|esas|todos|todas|mas|tantos|tantas|recibir|el|la|envio|a|ya|por favor|porfa|otros?|su|tu|seguir|recibiendo|que|me|nos|ningun|ninguna|este|tipo|esta|esa|ver|leer|tener|tanta|tanto|enviar|mandar|enviarme|mandarme|suscripcion|servicio",
  // the imperatives: "no me escriban", in contrast to "no me escriben"
  escriban:
    "escriba[ns]?|contacte[ns]?|busque[ns]?|friegue[ns]?|frieguen|moleste[ns]?|textee?[ns]?|mensajee[ns]?|notifique[ns]?|spamee[ns]?|joda[ns]?|fastidie[ns]?|acose[ns]?|hostigue[ns]?|insista[ns]?",
  manden: "envie[ns]?|mande[ns]?",
  escribirme:
    "escribir|escribirme|escribirnos|escribiendome|molestar|molestarme|molestarnos|molestando|contactar|contactarme|textear|textearme|acosar|acosarme|acosando|hostigar|hostigarme|insistir|joder|joderme|fastidiar|fastidiarme|mensajear|mensajearme|spamear|spamearme|llamar|llamarme|fregar|fregarme|chingar",
  dejen: "dejaran|dejara|dejaras|deja|deje|dejen|dejes|dejar|dejad|dejan|paren|pare|parad|cese|cesen",
  paren:
    "parar|pare|paren|parad|parenle|alto|basta|stop|detener|detengan|detenganse|detente|detengase|suspender|suspendan|desistan|desista",
  detengan:
    "paren|pare|parad|parar|paro|anular|anulen|anule|anulo|detengan|detener|detenga|detengo|cancelen|cancelar|cancele|cancela|cancelo|eliminen|eliminar|elimino|suspendan|suspender|suspenda|quiten|quitar|quito|basta|alto|terminen|terminar|desactiven|desactivar|desactive|desactivo|bloqueen|bloquear|bloqueo|corten|interrumpan",
  quiten: "quit|borr|elimin|sac|saqu|retir|remuev|remov|exclu|suprim|desvincul|olvid|tach|desactiv",
  numero: "numero|telefono|celular|movil|cel|contacto",
  entrada:
    "por favor|porfa|favor|ya|ok|oye|oigan|hola|bueno|que|les|le|te|pido|quiero|dije|dijimos|digo|he dicho|repito|ruego|exijo|de una vez|y|perdon|lo siento|gracias|pero|no",
  salida:
    "ya|por favor|porfa|gracias|todo|a esto|esto|eso|ahora|ahora mismo|de una vez|con (?:los|las|sus|estos|esto|tanto|tantos|el)|los|las|sus|estos|tanto|{mensajes}|inmediatamente|hombre|les digo|dije|mas|nada|nunca|jamas|de nuevo|otra vez|a este numero|este numero|de ustedes|perdon|disculpe|lo siento|amigo",
  pedido:
    "pedido|orden|seguimiento|guia|factura|serie|cuenta|paquete|producto|articulo|servicio|contrato|linea|seguro|internet|tarjeta|plan|modelo|talla|color|talle|app|aplicacion|correo",
  permiso: "consentimiento|permiso|autorizacion",
};

const phrase = phrasesOf(GROUPS);

export const SPANISH = [
  // no me escriban más, no me manden mensajes
  phrase("\\b(?:no|nunca|jamas)(?: mas)?(?: se)? (?:me|nos|le|les) {escriban}\\b", "\\b(?:hasta|antes|{pedido})\\b"),
  phrase("\\b(?:no|nunca|jamas)(?: mas)? (?:me|nos) {manden} {relleno...}{mensajes}\\b", "\\b{pedido}\\b"),
  phrase("\\b(?:no|nunca|jamas)(?: mas)? (?:me|nos) {manden}{...salida}$"),
  phrase("^{entrada...}no (?:{escriban}|{manden}){...salida}$", "^no molesta(?: |$)"),
  phrase("\\bfavor de no (?:{escribirme}|(?:enviar|mandar)(?:me)?)(?: {relleno...}{mensajes}\\b|{...salida}$)"),
  phrase("\\bno recibir {relleno...}{mensajes}\\b|\\bno (?:quiero |deseo )?ser (?:contactad|molestad)[oa]s?\\b"),
  phrase(
    "\\bno {manden} (?:mas|otros?|otras?|tantos|tantas|nada|esos?|estos?|sus) ?{relleno...}(?:{mensajes}\\b|$)",
    "\\b{pedido}\\b",
  ),
  phrase(
    "\\b(?:no|nunca|jamas)(?: mas)? (?:me|nos) (?:llame[ns]?|hable[ns]?) (?:mas|nunca|jamas|de nuevo|otra vez|ni me)\\b",
  ),
  phrase(
    "\\bno (?:me )?(?:anden|ande|andes|sigan|siga|sigas|esten|este|estes) (?:escribiendo|mandando|enviando|molestando|contactando|llamando|acosando)(?:me|nos)?\\b",
  ),
  phrase(
    "\\b(?:no|nunca|jamas)(?: me| nos| se)? vuelva[ns]? a (?:escribir|contactar|llamar|enviar|mandar|molestar|textear)",
    "\\b{pedido}\\b",
  ),
  phrase(
    "\\bno (?:quiero|deseo|queremos|autorizo|acepto|permito|consiento) que (?:me |nos )?(?:{escriban}|{manden}|llamen|sigan|busquen)\\b",
    "\\b{pedido}\\b",
  ),
  phrase(
    "^{entrada...}no (?:{escribirme}|molesten|moleste|molestes|mandar|mandarme|enviar|enviarme|insistan|insista){...salida}$",
    "^no molesta(?: |$)",
  ),
  // no quiero más mensajes
  phrase(
    "\\b(?:no|tampoco|nunca) (?:quiero|deseo|quisiera|queremos|deseamos|necesito|pedi|pido|solicite|autorice|autorizo|he (?:autorizado|pedido|solicitado)|acepto|me interesan?|estoy interesad[oa] en) {relleno...}{mensajes}\\b",
    "\\b(?:app|aplicacion)\\b",
  ),
  phrase(
    "\\bno (?:quiero|deseo|quisiera|queremos) (?:recibir(?:los|las)?|seguir recibiendo)(?: nada| esto| estos| mas)*{...salida}$",
  ),
  phrase("^{entrada...}(?:no quiero mas|no quiero nada|no quiero esto|no quiero saber nada){...salida}$"),
  phrase("^{entrada...}no (?:me|nos) interesan?(?: (?:nada|en absoluto|para nada|sus?|tus?|estos))*{...salida}$"),
  phrase("^{entrada...}no (?:estoy |estamos )?interesad[oa]s?{...salida}$"),
  phrase(
    "\\b(?:no|nunca|jamas) (?:me )?(?:suscribi|inscribi|registre|apunte|autorice)(?: (?:a|en|para|por))? ?(?:esto|estos|eso|esos|nada)?$",
  ),
  // dejen de escribirme, déjenme en paz
  phrase("\\b(?:{dejen}|para|basta)(?: ya)? de (?:estar )?{escribirme}\\b"),
  phrase("\\b(?:{dejen}|para)(?: ya)? de (?:mandar|enviar)(?:(?:me|nos|melos)\\b| {relleno...}{mensajes}\\b|$)"),
  phrase(
    "\\bdej(?:en|e|a|ad|es|ar)(?:me|nos)(?: ya)? (?:en paz|tranquil[oa]s?|de (?:molestar|escribir|mandar|enviar|contactar)|quiet[oa]s?)\\b|^{entrada...}dej(?:en|e|a)(?:me|nos){...salida}$",
  ),
  phrase(
    "\\b(?:dejar|dejo|deje) de recibir(?:los|las)?(?: {relleno...}{mensajes}\\b|(?: (?:esto|estos|eso|esos|sus|nada))?{...salida}$)",
  ),
  phrase("\\bme (?:quito|salgo|borro|elimino|desuscribo|saco)(?: (?:de|del)\\b|$)"),
  phrase("\\b(?:hart|cansad)[oa]s? (?:de|con) {relleno...}{mensajes}\\b"),
  // denme de baja
  phrase(
    "\\b(?:den|dar|da|dame|deme|denme|dadme|darme|darnos|darse|dado|doy|pedir|solicito|solicitar|quiero|deseo|pido|tramitar|exijo|necesito|quisiera)(?: (?:me|nos|la|mi|de|el|darme|dar|una|ser|que|den))* baja\\b",
    "\\b(?:{pedido}|medica|laboral|presion|tension|estoy|estuve|sigo)\\b",
  ),
  phrase(
    "^{entrada...}(?:la |mi )?baja(?: (?:de la lista|de su lista|de esta lista|de sms|del servicio de mensajes|definitiva|total|inmediata))?{...salida}$",
  ),
  phrase("\\b(?:desuscrib|dessuscrib|desubscrib|desinscrib|desapunt|desregistr|desafili)\\p{L}*", "\\bno (?:me )?des"),
  // quítenme de la lista, borren mi número
  phrase("^{entrada...}(?:eliminar|borrar|remover|remove){...salida}$"),
  phrase(
    "\\b{quiten}\\p{L}*(?:me|nos)(?: de (?:la|las|su|sus|tu|esta|esa|este|aqui|ahi)(?: (?:lista|listas|base|bases|datos|de|difusion|mensajes|envios|sistema|contactos|registros?|grupo|agenda))*)?{...salida}$",
    "\\bdudas?\\b|\\b{pedido}\\b",
  ),
  phrase(
    "\\b{quiten}\\p{L}* (?:por favor )?(?:de )?(?:mi|mis|este|nuestro|el) (?:{numero}|datos|nombre)\\b",
    "\\b{pedido}\\b",
  ),
  phrase(
    "\\b(?:fuera|salir|saquen\\p{L}*|quiten\\p{L}*|borren\\p{L}*) de (?:la|su|tu|sus|esta|esa) lista\\b",
    "\\b(?:espera|piezas|precios|compras|regalos)\\b",
  ),
  // número equivocado
  phrase(
    "\\b(?:{numero}|persona) (?:es |esta )?(?:equivocad[oa]|incorrect[oa]|errone[oa]|errad[oa])(?:$| (?:no|por|deje|dejen|gracias|perdon|amigo|lo siento)\\b)",
    "\\b(?:{pedido}|puse|di|escribi|anote|marque|mandaron|enviaron|dieron|piezas)\\b",
  ),
  phrase(
    "\\b(?:se|te|esta|estan|estas) (?:equivoco|equivocaron|equivocaste|equivocan|equivoca|equivocas|equivocad[oa]s?|confundio|confundieron|confundiste) (?:de|con el|con la) (?:{numero}|persona)\\b",
  ),
  phrase(
    "\\bno soy (?:esa persona|la persona|quien|a quien)\\b|\\bno es (?:el {numero}|la persona)(?: (?:de|correct[oa]|que)\\b|$)|\\bno hay ning\\w+ \\w+ (?:aqui|en este)\\b|^est[ae] no es la persona\\b|\\bno conozco a (?:nadie|esa|esta|ese|ningun\\w*)\\b|\\baqui no (?:vive|hay) (?:nadie|ningun)|^(?:este )?no es (?:mi|el|su) numero$|\\beste {numero} (?:ya )?no (?:es|pertenece|corresponde)\\b",
  ),
  phrase(
    "\\b(?:nunca|no) (?:les |le |te )?(?:di|doy|he dado) mi {numero}\\b|\\bquien (?:les|le|te) (?:dio|paso) mi {numero}\\b|\\bde donde (?:sacaron|saco|sacaste|tienen|obtuvieron) mi {numero}\\b",
  ),
  // paren
  phrase("^{entrada...}{paren}{...salida}$", "^(?:no|ya no) |^basta con (?:esto|eso)$"),
  phrase(
    "^(?:(?:por favor|porfa|ya|ok|hola) )*(?:cancelar|cancelen|cancele|terminar|terminen)(?: (?:ya|por favor|porfa|gracias|todo|todos|{mensajes}))*$",
  ),
  phrase("^{entrada...}(?:para|parale) (?:ya|por favor|de una vez)(?: por favor)?$", "^no "),
  phrase("\\b{detengan} {relleno...}{mensajes}\\b", "\\b(?:app|aplicacion)\\b|\\bno {detengan}"),
  phrase(
    "\\bni una? {mensajes}\\b|\\b(?:no|ni un|ningun) (?:mas|otro) {relleno...}{mensajes}\\b|^{entrada...}(?:no|sin) {mensajes}{...salida}$|\\b(?:rechazo|rehuso) {relleno...}{mensajes}\\b",
    "\\b(?:hay|recibi|llegaron|tengo)\\b",
  ),
  phrase("^(?:ya |por favor |gracias |pero )*no mas(?: (?:por favor|gracias|porfa|ya|de esto|nunca))*$"),
  phrase("^(?:no )?(?:me )?(?:jodan|chinguen)(?: mas)?$|\\b(?:vayanse|larguense|larguese) (?:al?|de)\\b"),
  // consentimiento
  phrase(
    "\\b(?:retiro|revoco|revocar|retirar|cancelo|anulo|quito|rechazo|no doy|no di|nunca di|no otorgo|no he dado|no tienen|no tiene|no les di|sin) (?:\\p{L}+ ){0,2}?{permiso}\\b",
    "\\b(?:abrir|entrar|reparar)\\b",
  ),
  phrase(
    "\\bno (?:los|les|lo|la|le) autorizo\\b|\\bno (?:autorizo|consiento|acepto) (?:el |sus |estos |recibir |mas |este )*(?:contacto|envio|envios|uso|{mensajes})\\b",
  ),
  // spam
  phrase("^(?:esto |eso )?es (?:un )?(?:acoso|hostigamiento)\\b"),
  phrase(
    "^(?:(?:esto|eso) es |son |ustedes |basta de |puro |puros |un |una |solo |mucho |demasiado |que )*(?:spam|acoso|spammers?|hostigamiento){...salida}$",
  ),
  phrase(
    "\\b(?:los|las|te|lo) (?:voy a |vamos a )?(?:denunciar|reportar|bloquear|denunciare|reportare|bloqueare|denuncio|reporto|bloqueo)\\b|\\bvoy a (?:denunciar|reportar|bloquear)(?:los|las|te|lo)\\b",
  ),
];
