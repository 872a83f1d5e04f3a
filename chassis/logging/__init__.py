"""One form for every line of a process, whoever writes it: Django, Celery, gunicorn, pika or Tidings."""
