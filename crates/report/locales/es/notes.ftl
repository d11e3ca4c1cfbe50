### Qué saber antes de aprobar un plan.

note-sample_finding = Es un hallazgo de muestra. No ha pasado nada real, así que no se contiene nada.
note-archived = Este hallazgo está archivado en GuardDuty, a mano o por una regla de supresión: puede ser antiguo, o alguien ya decidió.
note-already_contained = La instancia ya está contenida. El plan solo añade lo que falta.
note-instance_missing = La instancia ya no existe, o no en esta cuenta y región. No hay nada que contener.
note-instance_terminated = La instancia está terminada. No hay nada que contener; puede que sus volúmenes ya no existan.
note-not_running = La instancia está en el estado { $state }. No hay captura de consola que tomar y puede que la memoria se haya perdido.
note-instance_store_root = El volumen raíz es almacén de instancia. Una instancia así no se puede parar; solo se aísla.
note-spot_instance = Es una instancia de spot. No se puede parar con garantías y AWS puede reclamarla: tome la evidencia ahora.
note-managed_instance = Esta instancia es de un servicio de AWS. Cámbiela con ese servicio, no aquí.
note-managed_interface = { $interface } es de un servicio de AWS. No se pueden cambiar sus grupos, así que su tráfico sigue abierto.
note-source_dest_check_off = La comprobación de origen y destino está desactivada: parece un enrutador, un NAT o un dispositivo de red. Aislarlo corta todo lo que tiene detrás.
note-never_contain_tag = La etiqueta { $tag } prohíbe la contención.
note-eks_node = Es un nodo de un clúster de EKS. Sus pods caerán; acordone antes el nodo.
note-ecs_node = Es una instancia de contenedores de un clúster de ECS. Sus tareas caerán; drénela antes.
note-shared_role = El rol { $role } lo usan también { $instances }. Las credenciales robadas aquí actúan también en su nombre.
note-scaling_replacement = El grupo de escalado { $group } puede arrancar un reemplazo con la misma imagen y la misma debilidad.
note-scaling_minimum_lowered = El mínimo del grupo de escalado { $group } baja de { $from } a { $to }, para que no arranque un reemplazo.
note-behind_load_balancer = La instancia atiende los grupos de destino { $groups }. Se retira; los demás destinos llevan la carga.
note-auto_address_lost = La dirección pública { $ip } de { $interface } es automática. Una vez retirada, AWS no la devuelve nunca.
note-memory_lost = La parada pierde la memoria de la instancia. Para conservarla, use el perfil isolate.
note-stop_protection_on = La protección contra parada está activada. El plan la desactiva para parar y la liberación la activa de nuevo.
note-passage_exposure = Por un momento, entre dos llamadas, las interfaces aceptan todo el tráfico. Sin eso, las conexiones abiertas sobrevivirían.
note-no_volumes = No se encontraron volúmenes: no hay de qué crear instantáneas.
note-verdict_not_breach = El dictamen no es de intrusión ({ $outcome }). Contener es decisión suya, no de la evidencia.
note-unread_part = Sin leer: { $part } ({ $why }). El plan no lo tiene en cuenta.
note-own_host = El propio Rebato se ejecuta en esta instancia. Contenerla interrumpe esta ejecución a medias.
note-ipv6_present = { $interface } tiene direcciones IPv6. Se quedan, y el grupo de contención las cierra.
note-group_repair = Alguien cambió el grupo { $name } ({ $group }) de Rebato. El plan corrige antes sus reglas.
note-drifted = { $target } no está como la contención lo dejó (ahora { $seen }). La liberación no lo toca; decide una persona.
note-imdsv1_callers_break = Los programas de { $instance } que aún leen los metadatos a la antigua (IMDSv1) se quedan sin credenciales.
note-group_may_be_shared = Puede que otras instancias usen también { $group }. Las reglas desaparecen para todas.
note-wide_rule_goes = { $rules ->
    [one] Una regla de { $group } abarca
   *[other] { $rules } reglas de { $group } abarcan
 } más que puertos de administración. Lo demás que dejaban entrar también se rechaza.
