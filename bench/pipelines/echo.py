def echo(batch):
    return {"photo": batch["photo"]}
