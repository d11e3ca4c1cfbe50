## Una carta al personal de AWS

letter-subject = Incidente de seguridad { $case }: instancia EC2 { $instance }
letter-opening = Pedimos ayuda con un incidente de seguridad en una instancia EC2. Un programa nuestro ha preparado este texto a partir de nuestro caso { $case }; una persona lo ha leído y enviado. Todas las horas son UTC.
letter-asked = Qué les pedimos
letter-ask-look = Busquen por su parte actividad de esta instancia, de su rol y de las direcciones de abajo que nosotros no podamos ver, desde { $since }.
letter-ask-contain = Dígannos si nuestra contención es completa y qué le falta.
letter-ask-contain-open = El atacante no está aislado, o no podemos estar seguros: ayúdennos a contenerlo.
letter-ask-credentials = Las credenciales del rol se han usado, o pueden haberse usado, fuera de la instancia: infórmennos de llamadas en otras regiones y cuentas.
letter-where = Dónde
letter-account = Cuenta: { $account }
letter-region = Región: { $region }
letter-instance = Instancia: { $instance }
letter-vpc = VPC: { $vpc }
letter-role = Perfil de instancia: { $role }
letter-ours = Nuestras direcciones públicas: { $ips }
letter-finding = Hallazgo de GuardDuty: { $id }
letter-finding-type = Tipo: { $type }, gravedad { $severity }, visto { $count } veces de { $first } a { $last }
letter-remote = Direcciones del otro lado: { $ips }
letter-happened = Qué ha pasado
letter-verdict = Nuestro dictamen: { $outcome } ({ $score } de 100). Se apoya en:
letter-verdict-none = Todavía no tenemos un dictamen.
letter-done = Qué hemos hecho
letter-done-step = { $at }: { $action } (petición { $requests })
letter-done-none = Todavía no se ha cambiado nada en la cuenta.
letter-containment = Estado de la contención: { $containment }
letter-impact = Impacto
letter-impact-breach = Damos por comprometidos la instancia, sus datos y las credenciales de su rol.
letter-impact-attempt = Hasta ahora no sabemos de ningún daño.
letter-impact-leak = Todavía pasa tráfico de estas direcciones: { $ips }
letter-more = … y { $count } más
letter-kept = Se han omitido nombres de usuarios, direcciones de correo y claves. Conservamos los registros y podemos aportar más si lo piden.
letter-hidden-user = un usuario local

## rebato escalate

escalate-to = Asunto: { $subject }
escalate-unsent = No se ha enviado nada.
escalate-why = Qué aconseja preguntar a AWS en este caso:
escalate-why-nothing = Nada en este caso pide al personal de AWS; el texto está aquí por si quiere preguntar.
escalate-fit-breach = el dictamen habla de una intrusión
escalate-fit-not_contained = el atacante no está aislado
escalate-fit-leak = hay tráfico que atraviesa la contención
escalate-fit-credentials = las credenciales del rol se han usado en otra parte
escalate-fit-aws_address = el otro lado es una dirección de AWS
escalate-fit-actor = GuardDuty dice que es su instancia la que ataca
escalate-routes = Vías:
escalate-route-support = AWS Support: si salen datos, se usó root, se perdió el acceso, se duda de la contención o la causa está en AWS. Cualquier cuenta puede abrir un caso a mano y pedir el equipo de respuesta a incidentes; hacerlo desde aquí requiere Business Support o superior. { $link }
escalate-route-security-ir = AWS Security Incident Response: si su cuenta u organización es miembro. { $link }
escalate-route-abuse-form = El formulario de abuso de AWS (Trust & Safety): para una dirección de AWS que le ataca. { $link }
escalate-route-answer = Responda pronto al correo de AWS sobre abuso con lo que ha hecho: su instancia atacó a otros.
escalate-route-data = Puede haber datos personales afectados: consulte a sus abogados los plazos que nombra el informe.
escalate-no-subscription = No se ha enviado nada: la cuenta no tiene un plan de AWS Support con API (Business Support o superior). Puede abrir el mismo caso a mano con el texto de arriba: { $link }
escalate-no-membership = No se ha enviado nada: la cuenta no es miembro de AWS Security Incident Response, o usted no puede usarlo ({ $code }). Puede darla de alta o preguntar a AWS Support: { $link }
escalate-no-codes = AWS Support no ofrece a la cuenta ningún servicio o gravedad para un caso.
escalate-already = Ya hay un caso abierto con AWS: { $id }. Escriba allí: { $link }
escalate-opened = AWS tiene el caso { $id }. Sígalo aquí: { $link }
escalate-not-opened = El caso no se ha abierto: { $why }

## Its plan

purpose-escalate-support = Un caso con AWS Support
purpose-escalate-security-ir = Un caso con AWS Security Incident Response
action-open_support_case = Abrir un caso con AWS Support, «{ $subject }»: { $count } caracteres, servicio { $service }, gravedad { $severity }
action-open_security_case = Abrir un caso con AWS Security Incident Response, «{ $subject }»: { $count } caracteres, { $to ->
    [aws] lo resuelve AWS
   *[self] para nuestro propio personal
 }, lo siguen { $watchers }
impact-open_support_case = Ninguno en la cuenta. La carta de arriba sale de la cuenta hacia AWS y no se puede retirar.
impact-open_security_case = Ninguno en la cuenta. La carta de arriba sale de la cuenta hacia AWS y no se puede retirar.
undo-keep-theirs = se conserva: un caso con AWS lo cierran personas
