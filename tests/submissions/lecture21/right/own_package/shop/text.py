TEXTS = {
    "start": "Starting fetch {}",
    "end": "Completed fetch {}",
    "data": "Data from source {}",
}
